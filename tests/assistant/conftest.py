"""A home with everything in it, built once; tests that write get a copy of it."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from index import generation as generations
from tests.indexes import BLINKING, COST, KITCHEN, LMA3, OCTO, paper, workspace

HOURS = "Training the larger Octo model took 14 hours on a TPU pod."


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory):
    """The whole catalogue's digests, PDFs of LMA3 and Octo, and one paper of the user's own. Read only."""
    home = tmp_path_factory.mktemp("filled")
    (home / "pdfs").mkdir()
    (home / "own").mkdir()
    paper(home / "pdfs" / f"{LMA3}.pdf", COST, KITCHEN)
    paper(home / "pdfs" / f"{OCTO}.pdf", HOURS, "The gripper retries after a grasp failed.")
    paper(home / "own" / "Lasers.pdf", BLINKING, title="Watching Lasers With Four Legs")
    with workspace(home) as opened:
        opened.index_pdfs(opened.known_pdfs())
    return home


@pytest.fixture
def home(filled_home, tmp_path):
    """A copy of the filled home, to be written to; its records point at its own files."""
    copied = shutil.copytree(filled_home, tmp_path / "home")
    with (
        closing(sqlite3.connect(generations.current(copied / "index").passages.path)) as connection,
        connection,
    ):
        moved = (f"{filled_home.resolve()}/", f"{copied.resolve()}/")
        connection.execute("UPDATE documents SET file = replace(file, ?, ?)", moved)
    return copied
