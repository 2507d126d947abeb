"""A build in a thread of a program that ends meanwhile, as an upload's on the page after Ctrl-C."""

from __future__ import annotations

import threading
from concurrent.futures import thread as pools
from typing import TYPE_CHECKING

import pytest

from corpus.errors import StorageFailed
from index import generation as generations
from tests.indexes import COST, KITCHEN, LMA3, OCTO, build, paper

if TYPE_CHECKING:
    from pathlib import Path


class Ended:
    """The main thread of a program that is ending."""

    def is_alive(self) -> bool:
        return False


def test_it_stops_with_a_sentence_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "index"
    build(home)
    files = [paper(tmp_path / f"{LMA3}.pdf", COST), paper(tmp_path / f"{OCTO}.pdf", KITCHEN)]
    with monkeypatch.context() as ending:
        ending.setattr(pools, "_shutdown", True)  # as Python sets it when the main thread is over
        ending.setattr(threading, "main_thread", Ended)
        with pytest.raises(StorageFailed, match="goes on from there"):
            build(home, *files)
    build(home, *files)
    held = {record.paper for record in generations.current(home).passages.documents() if record.file}
    assert held == {LMA3, OCTO}
