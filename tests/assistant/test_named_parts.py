from __future__ import annotations

import pytest

from assistant.named_parts import Asked, asked_parts, looked_up
from corpus.parts import Part


class Kept:
    """An index that knows one paper of three pages."""

    def __init__(self, *parts: Part) -> None:
        self.parts = list(parts)

    def labels(self, paper: str) -> dict[int, str]:
        return {1: "1", 2: "2", 3: "3"} if paper == "zorp" else {}

    def parts_of(self, _: str) -> list[Part]:
        return self.parts


FIGURES = [Part("figure", str(n), n, f"Figure {n}: A thing.", start=10 * n, end=10 * n + 5) for n in (1, 2)]
KEPT = Kept(*FIGURES, Part("table", "IV", 3, "TABLE IV: Numbers."), Part("section", "4.2", 2, "4.2 Results"))


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What does Figure 2 show?", [("figure", "2")]),
        ("see fig. A1, Table IV and eq. (7)", [("figure", "A1"), ("table", "IV"), ("equation", "7")]),
        ("What is said in section 4.2 and on page 5?", [("section", "4.2"), ("page", "5")]),
        ("a table a day, page x, figures of speech", []),
        ("How many figure 8 tracks are there?", [("figure", "8")]),
    ],
)
def test_parts_are_told_by_kind_and_number(question: str, asked: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.number) for one in asked_parts(question)] == asked


@pytest.mark.parametrize(
    ("kind", "number", "missing"),
    [
        ("figure", "12", "Zorp has no Figure 12: its figures go to 2."),
        ("algorithm", "1", "Zorp has no Algorithm 1: no numbered algorithms were found in it."),
        ("table", "1", "Zorp has no Table 1: its tables are IV."),
        ("page", "9", "Zorp has no page 9: its PDF has pages 1 to 3."),
    ],
)
def test_what_is_missing_is_said_with_what_there_is(kind: str, number: str, missing: str) -> None:
    asked = [Asked(f"{kind.capitalize()} {number}", kind, number)]
    assert looked_up(asked, "zorp", "Zorp", KEPT).missing == (missing,)


def test_what_is_there_is_found_whatever_the_way_its_number_is_written() -> None:
    asked = [Asked("Figure 2", "figure", "2"), Asked("Table 4", "table", "4")]
    assert looked_up(asked, "zorp", "Zorp", KEPT).places == ((2, 20, 25, ""), (3, 0, 0, ""))
    assert looked_up([Asked("Section 4.2", "section", "4.2")], "zorp", "Zorp", KEPT).whole


def test_nothing_is_said_of_a_paper_that_is_not_indexed() -> None:
    looked = looked_up([Asked("Figure 9", "figure", "9")], "other", "Other", KEPT)
    assert (looked.places, looked.missing) == ((), ())
