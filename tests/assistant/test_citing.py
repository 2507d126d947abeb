"""Two papers of the user's own, one of which cites the other and shows a figure: what is known of them from their PDFs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant.adding import add
from assistant.citing import citing, with_entries
from assistant.evidence import numbered
from assistant.page.library import Library
from assistant.read_of import read_of
from corpus.errors import UnreadableDocument
from tests import pdfs
from tests.indexes import workspace
from tests.sheets import FILLER, LEFT, Pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.workspace import Workspace

CITED = "Humming Camels at Night and Their Robots"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("citing")
    pdfs.simple_paper(folder / "camels.pdf", title=CITED, sections={"1 Introduction": FILLER})
    _citing(folder / "dunes.pdf")
    with workspace(folder / "home") as made:
        for name in ("camels.pdf", "dunes.pdf"):
            assert add(made, [str(folder / name)])[0].outcome == "added"
        yield made


def _citing(path: Path) -> None:
    with Pages(path) as drawn:
        drawn.text(LEFT, 70, "Dunes That Sing for Robots", "Times-Bold", 17)
        drawn.text(LEFT, 95, "Cy Third")
        y = drawn.prose(LEFT, 130, "Camels hum at night, as was shown before [1]. " + FILLER)
        drawn.picture(LEFT + 60, y + 10, 300, 120)
        drawn.text(LEFT, y + 148, "Figure 1: A dune that sings while a robot listens to it.")
        y = drawn.prose(LEFT, y + 180, FILLER)
        drawn.page()
        drawn.text(LEFT, 80, "References", "Times-Bold", 12)
        drawn.text(LEFT, 100, f"[1] A. Example and B. Sample. {CITED}. In Desert Robotics, 2021.")
        drawn.text(LEFT, 116, "[2] D. Fourth. Another work that nobody here knows of. In Sand, 2020.")


def test_it_is_known_which_paper_cites_which(opened: Workspace) -> None:
    by_id, passages = opened.catalogue.by_id, opened.search().generation().passages
    dunes = citing(by_id["dunes"], opened.catalogue, passages)
    assert (dunes.entries, dunes.cites, dunes.cited_by) == (2, ("camels",), ())
    assert citing(by_id["camels"], opened.catalogue, passages).cited_by == ("dunes",)


def test_a_marker_in_a_quote_brings_its_entry(opened: Workspace) -> None:
    hits = [hit for hit in opened.search()("camels hum at night shown before") if "[1]" in hit.passage.text]
    passages = opened.search().generation().passages
    (source,) = with_entries(numbered(hits[:1], opened.catalogue), passages)
    ((label, entry),) = source.references
    assert label == "1"
    assert CITED in entry
    assert CITED in source.to_json()["references"]["1"]


def test_a_figure_is_kept_with_its_caption_and_cut_from_its_page(opened: Workspace) -> None:
    (figure,) = read_of(opened.catalogue.by_id["dunes"], opened).figures
    assert (figure.number, figure.page) == ("1", 1)
    assert figure.text.startswith("Figure 1: A dune that sings")
    assert opened.part_image("dunes", "figure", "1").startswith(b"\x89PNG")
    with pytest.raises(UnreadableDocument, match="dunes has no figure 7"):
        opened.part_image("dunes", "figure", "7")


def test_the_papers_page_shows_its_figures_and_what_it_cites(opened: Workspace) -> None:
    shown = Library(opened).shown("dunes")
    assert 'src="figure?paper=dunes&amp;kind=figure&amp;number=1"' in shown
    assert "Cites of the papers here" in shown
    assert "#papers?paper=camels" in shown
    assert "Cited by" in Library(opened).shown("camels")


def test_a_named_figure_is_quoted_and_a_missing_one_said_to_be_missing(opened: Workspace) -> None:
    chain = opened.chain("extractive")
    there = chain.answer("What does Figure 1 of Dunes That Sing for Robots show?")
    assert not there.refused
    assert "A dune that sings" in there.claims[0].text
    gone = chain.answer("What does Figure 4 of Dunes That Sing for Robots show?")
    assert gone.refused
    assert "has no Figure 4: it has only figure 1." in gone.lead
