from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import pytest

from corpus.document import Outline
from corpus.layout import body_size, classify, plain
from corpus.lines import Line

if TYPE_CHECKING:
    from corpus.document import BlockKind

PROSE = "A line of running text that fills its column from one side to the other"


def line(text: str, size: float = 10.0, *, bold: bool = False) -> Line:
    return Line(text, array("I", range(len(text))), size, bold, 72.0, 700.0, broken=False)


def kind(
    text: str, size: float = 10.0, *, bold: bool = False, outline: tuple[Outline, ...] = ()
) -> BlockKind:
    """What a line is in the middle of a page of prose, on page two."""
    prose = [line(f"{PROSE} {sign}.") for sign in "abcd"]
    page = [*prose, line(text, size, bold=bold), *prose]
    return classify([[line(f"{PROSE} first.")], page], outline)[1][4]


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("3.2 Training the Planner", True),
        ("Abstract", False),
        ("References", False),
        ("IV. EXPERIMENTS", False),
        ("A. Proofs and Details", True),
        ("5. Conclusion", False),
        ("Appendix B: Prompts", True),
    ],
)
def test_headings(text: str, bold: bool) -> None:
    assert kind(text, 12.0 if bold else 10.0, bold=bold) == "heading"


def test_a_line_of_the_outline_is_a_heading_however_it_is_set() -> None:
    assert kind("What we saw") == "text"
    assert kind("What we saw", outline=(Outline("4 What we saw", 2, 1),)) == "heading"


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "3 robots were used in the lab and",
        "Results of the study show that",
        "introduction of noise helps",
    ],
)
def test_running_text(text: str) -> None:
    assert kind(text) == "text"


@pytest.mark.parametrize(
    "text",
    ["Figure 3: The planner.", "Table 2. Success rates.", "Fig. 4. Rewards (b)", "Algorithm 1: Search"],
)
def test_captions(text: str) -> None:
    assert kind(text) == "caption"


def test_a_figure_named_in_a_sentence_is_no_caption() -> None:
    assert kind("Figure 3 shows that the planner reaches the goal") == "text"


@pytest.mark.parametrize("text", ["PPO 0.1 0.5 87%", "Ours ✓ ✓ × 3.5M", "0.1 (0.2) 3"])
def test_table_rows(text: str) -> None:
    assert kind(text) == "table"


def test_a_small_caption_goes_on_over_its_lines() -> None:
    page = (
        [line(PROSE)] * 4
        + [line("Figure 1: The planner", 9.0), line("draws and scores.", 9.0)]
        + [line(PROSE)] * 4
    )
    assert classify([page])[0][4:7] == ["caption", "caption", "text"]


def test_what_stands_on_every_page_is_noise() -> None:
    pages = [
        [line(f"Preprint, page {n}"), *[line(f"{PROSE} {n}{i}.") for i in "abcdefg"], line(str(n))]
        for n in range(1, 7)
    ]
    for kinds in classify(pages):
        assert (kinds[0], kinds[4], kinds[-1]) == ("noise", "text", "noise")


def test_the_archive_stamp_is_noise() -> None:
    assert kind("arXiv:2401.01234v2 [cs.RO] 3 Jan 2024", 20.0) == "noise"


def test_line_numbers_of_a_review_copy_are_noise_and_years_are_not() -> None:
    prose = [line(f"{PROSE} {sign}.") for sign in "abcd"]
    numbers = [line(str(number)) for number in range(54, 61)]
    assert set(classify([[*prose, *numbers, *prose]])[0][4:11]) == {"noise"}
    assert "noise" not in classify([[*prose, line("2019"), line("2021"), *prose]])[0]


def test_labels_inside_a_figure_are_noise() -> None:
    page = (
        [line(PROSE)] * 4
        + [line(text, 6.0) for text in ("reward", "step", "0 50", "ours")]
        + [line(PROSE)] * 4
    )
    assert classify([page])[0][4:8] == ["noise"] * 4


def test_a_document_without_lines_has_a_size_and_no_kinds() -> None:
    assert body_size([[]]) == 10.0
    assert classify([[], []]) == [[], []]


def test_titles_compare_without_their_number() -> None:
    assert plain("3.1 The  Method") == plain("III. The method") == "the method"
