"""What the overview counts: each cell holds exactly its papers, what is silent or a hedge is said, names are met."""

import pytest

from assistant.overview.counting import MOST, OTHER, PROPERTIES, Wanted, counted, grid, read
from corpus import catalogue as catalogues
from corpus import facts
from corpus.errors import WrongUse
from corpus.paper import Paper

CATALOGUE = catalogues.load()


def test_a_cell_holds_exactly_the_papers_of_its_year_and_branch() -> None:
    table = counted(Wanted(), CATALOGUE)
    at = table.rows.index("RL Fine-Tuning"), table.columns.index("2024")
    filed = CATALOGUE.papers_of("rl-for-generative-policies/rl-fine-tuning")
    assert set(table.cells[at]) == {paper.id for paper in filed if paper.year == 2024}
    shown = {paper for papers in table.cells.values() for paper in papers}
    assert shown == {paper.id for paper in CATALOGUE.curated}


def test_a_value_counts_for_what_it_lies_under_and_a_denied_one_for_nothing() -> None:
    table = counted(grid("setting", "branch"), CATALOGUE)
    real = {
        paper
        for (row, _), papers in table.cells.items()
        for paper in papers
        if table.rows[row] == "a real robot"
    }
    values = {"setting/real", "setting/real-only", "setting/both", "setting/sim-to-real"}
    assert real == {
        paper.id for paper in CATALOGUE.curated
        if any(fact.value in values and fact.certainty != "not" for fact in facts.of(paper.id))
    }  # fmt: skip
    silent = sum(
        not any(f.property == "setting" and f.certainty != "not" for f in facts.of(paper.id))
        for paper in CATALOGUE.curated
    )
    assert f"{silent} papers state no setting." in table.notes


@pytest.mark.parametrize("prop", [prop for prop in PROPERTIES if prop != "branch"])
def test_every_property_fits_on_a_page_and_every_paper_there_has_a_reason(prop: str) -> None:
    table = counted(grid(prop, "branch"), CATALOGUE)
    assert 0 < len(table.rows) <= MOST
    assert len(table.rows) < MOST or table.rows[-1] == OTHER
    assert all(table.why[*at, paper] for at, papers in table.cells.items() for paper in papers)


def test_what_is_likely_only_is_said_to_be() -> None:
    table = counted(grid("model", "rl_role"), CATALOGUE)
    likely = {paper for (*_, paper), why in table.why.items() if any(r.certainty == "likely" for r in why)}
    assert table.notes[0].startswith(f"Counted: stated and likely ({len(likely)} papers likely in a cell")


def test_own_papers_are_counted_apart() -> None:
    more = CATALOGUE.with_papers([Paper("own-a", "A", year=2024), Paper("own-b", "B")])
    table = counted(Wanted(), more)
    assert table.cells == counted(Wanted(), CATALOGUE).cells
    assert "Your own 2 papers, counted apart and not in the picture: 2024: 1, no year: 1." in table.notes


def test_a_property_is_known_by_its_words_and_a_misspelt_one_is_met_with_what_there_is() -> None:
    assert grid("base model", "Role of RL") == Wanted("grid", "model", "rl_role")
    with pytest.raises(WrongUse, match=r"Did you mean algorithm\? There are branch, category, year"):
        grid("algoritm", "branch")
    with pytest.raises(WrongUse, match="two different"):
        grid("robot", "robots")
    assert read(grid("branch", "setting").query, CATALOGUE) == grid("branch", "setting")
