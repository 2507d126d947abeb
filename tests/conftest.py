"""Shared by all tests: a home of their own, and the real PDFs where the machine has them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)  # a busy machine is no failure
settings.load_profile("unhurried")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A fresh DUALITY_HOME, and nothing of the caller's own settings."""
    for name in list(os.environ):
        if name.startswith("DUALITY_") and not name.startswith("DUALITY_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="session")
def papers_dir() -> Path:
    """The folder of real PDFs: curated/, related/ and odd/ lie in it."""
    directory = Path(os.environ.get("DUALITY_TEST_PAPERS") or REPOSITORY.parent / "shared" / "papers")
    if not directory.is_dir():
        pytest.skip(f"needs the PDFs: there is no {directory}; name their folder in DUALITY_TEST_PAPERS")
    return directory
