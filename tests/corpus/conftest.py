"""A host of PDFs that behaves as it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hosts import PROXIES, Host, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with serving() as known:
        yield known
