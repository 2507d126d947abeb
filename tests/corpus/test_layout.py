"""Each kind of block, and each way in which a sentence is interrupted, on pages drawn for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from corpus.flows import Told, flows
from corpus.headings import plain
from corpus.reader import Reader
from tests.sheets import BOLD, COLUMN, FILLER, FULL, GREEK, LEFT, MONO, SECOND, Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from corpus.document import Block, Document

    Read = Callable[[Path], Document]

HEAD_OF = "The critic that scores each of the paths was trained on the recordings of eleven buildings and it"
REST_OF = "reaches a rank correlation of 0.83 with the judgement of the two operators who watched it."
WHOLE = f"{HEAD_OF} {REST_OF}"


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    with Reader() as reader:
        yield reader.read


def blocks(document: Document, kind: str, page: int = 1) -> list[Block]:
    return [block for block in document.pages[page - 1].blocks if block.kind == kind]


def texts(document: Document, kind: str, page: int = 1) -> list[str]:
    there = document.pages[page - 1]
    return [" ".join(there.text_of(block).split()) for block in blocks(document, kind, page)]


def told(document: Document, *kinds: str) -> list[str]:
    """The sentences of the flows of these kinds; of the running text where none is named."""
    found = []
    for flow in flows(document):
        if flow.kind in (kinds or ("body", "abstract", "appendix")):
            text = Told(document, flow)
            found += [text.text[start:end] for start, end in text.sentences()]
    return found


def filled(pages: Pages, y: float, until: float, x: float = LEFT, width: float = FULL) -> float:
    """Paragraphs of filler from `y` down to about `until`."""
    while y < until:
        y = pages.prose(x, y, FILLER, width) + 4
    return y


# --- what interrupts a sentence ---


def test_a_sentence_goes_on_over_a_page_its_heads_feet_and_numbers(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        for number in (1, 2, 3):
            pages.text(200, 40, "A Journal of Walls", size=9)
            pages.text(300, 770, str(number))
            if number == 2:
                pages.prose(LEFT, 72, REST_OF)
            y = filled(pages, 100, 640)
            if number == 1:
                pages.prose(LEFT, y, f"Intervals are short here. {HEAD_OF}")
            pages.page()
    document = read(path)
    assert WHOLE in told(document)
    assert texts(document, "head", 2) == ["A Journal of Walls"]
    assert texts(document, "page number", 3) == ["3"]


def test_a_sentence_goes_on_over_a_footnote_and_into_the_next_column(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    note = "1 The two operators had worked with the arm for more than three years."
    with Pages(path) as pages:
        y = filled(pages, 72, 560, LEFT, COLUMN)
        pages.prose(LEFT, y, HEAD_OF, COLUMN)
        pages.rule(LEFT, 672, 80)
        pages.prose(LEFT, 682, note, COLUMN, size=8)
        y = pages.prose(SECOND, 72, REST_OF, COLUMN)
        filled(pages, y + 4, 600, SECOND, COLUMN)
    document = read(path)
    assert WHOLE in told(document)
    assert told(document, "footnote") == [note]
    assert [block.number for block in blocks(document, "footnote")] == ["1"]


@pytest.mark.parametrize("how", ["form", "image", "plot"])
def test_a_sentence_goes_on_behind_a_figure_with_its_labels_and_caption(
    tmp_path: Path, read: Read, how: str
) -> None:
    path = tmp_path / "a.pdf"
    labels = [(150, 120, "Reward model"), (260, 150, "Wall contact"), (380, 130, "Arm")]
    caption = "Figure 1: The critic scores each path. Paths that touch the wall are left out."
    with Pages(path) as pages:
        y = filled(pages, 72, 600)
        pages.prose(LEFT, y, HEAD_OF)
        pages.page()
        if how == "form":
            pages.form(labels)  # in the size of the text: only whose it is tells
        else:
            (pages.picture if how == "image" else pages.plot)(120, 80, 340, 110)
            for x, y, label in labels:
                pages.text(x, y, label, size=7)
        pages.prose(LEFT, 220, caption, size=9)
        y = pages.prose(LEFT, 260, REST_OF)
        filled(pages, y, 600)
    document = read(path)
    assert WHOLE in told(document)
    assert " ".join(told(document, "caption")) == caption
    (figure,) = blocks(document, "figure", 2)
    assert {"Reward model", "Wall contact", "Arm"} <= set(document.pages[1].text_of(figure).split("\n"))
    (under,) = blocks(document, "caption", 2)
    assert document.pages[1].blocks[under.of or 0] is figure
    assert (under.label, under.number) == ("Figure", "1")


def test_a_sentence_goes_on_around_a_table_whose_cells_are_kept(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    rows = [
        ("Method", "Rate", "Hours"),
        ("Planner", "0.81", "12"),
        ("Cloning", "0.54", "3"),
        ("Ours", "0.93", "7"),
    ]
    with Pages(path) as pages:
        y = filled(pages, 72, 300)
        y = pages.prose(LEFT, y, HEAD_OF)
        y = pages.prose(LEFT, y + 20, "TABLE IV", size=8)
        y = pages.prose(LEFT, y, "Success rates of all the methods in nine rooms.", size=8)
        pages.rule(LEFT, y, 260)
        for number, row in enumerate(rows):
            y += 14
            for x, cell in zip((LEFT, LEFT + 110, LEFT + 200), row, strict=True):
                pages.text(x, y, cell, size=9)
            if number in (0, 3):
                pages.rule(LEFT, y + 4, 260)
        y = pages.prose(LEFT, y + 40, REST_OF)
        filled(pages, y, 640)
    document = read(path)
    page = document.pages[0]
    assert WHOLE in told(document)
    (table,) = blocks(document, "table")
    assert [tuple(page.text_of(cell) for cell in row) for row in table.rows] == rows
    (caption,) = blocks(document, "caption")
    assert (caption.label, caption.number, page.blocks[caption.of or 0]) == ("Table", "IV", table)
    assert page.text_of(caption) == "TABLE IV Success rates of all the methods in nine rooms."
    assert told(document, "table")[1] == "Planner 0.81 12"
    (flow,) = [flow for flow in flows(document) if flow.kind == "table"]
    assert flow.section == "TABLE IV Success rates of all the methods in nine rooms"


def test_a_table_named_in_a_sentence_is_no_caption(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        y = filled(pages, 72, 200)
        y = pages.full(
            LEFT,
            y,
            "What we found in the nine rooms over all of the runs of this year is to be seen in the long",
        )
        y = pages.full(
            LEFT,
            y,
            "Table 1. Results are means over ten runs of the same length, with nothing left out of them.",
        )
        filled(pages, pages.prose(LEFT, y, "Longer ones are left for later."), 600)
    document = read(path)
    assert blocks(document, "caption") == []
    assert any("in the long Table 1." in sentence for sentence in told(document))


def test_inline_maths_stays_in_its_sentence_and_a_formula_becomes_a_mark(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        y = filled(pages, 72, 250)
        pages.text(LEFT, y, "A path may be held by several walls, each of them written as C")
        pages.text(LEFT + 253, y + 2, "i", size=7)  # a subscript, which pdfium gives a line of its own
        pages.text(LEFT + 256, y, " or left out, and its score is")
        pages.text(LEFT + 160, y + 24, "J = a + b - g", font=GREEK)
        pages.text(LEFT + FULL - 15, y + 24, "(7)")
        y = pages.prose(
            LEFT, y + 46, "where the last term is the penalty of a touched wall. It is seldom large."
        )
        filled(pages, y, 600)
    document = read(path)
    (sentence,) = [s for s in told(document) if s.startswith("A path may")]
    assert re.fullmatch(
        r"A path may be held by several walls, each of them written as C ?i or left out, and its score is "
        r"⟨formula 7⟩ where the last term is the penalty of a touched wall\.",
        sentence,
    )
    (formula,) = blocks(document, "formula")
    assert formula.number == "7"
    assert formula.box.left > LEFT + 150


def test_a_broken_word_goes_on_in_the_next_column(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        y = filled(pages, 72, 600, LEFT, COLUMN)
        pages.text(LEFT, y, "The robot is at last being controlled by reinforce-")
        y = pages.prose(SECOND, 72, "ment learning alone, day and night.", COLUMN)
        filled(pages, y + 4, 600, SECOND, COLUMN)
    document = read(path)
    assert "The robot is at last being controlled by reinforcement learning alone, day and night." in told(
        document
    )


def test_an_algorithm_is_a_flow_of_its_own(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        y = pages.prose(LEFT, filled(pages, 72, 300), HEAD_OF) + 10
        pages.rule(LEFT, y, FULL)
        pages.text(LEFT, y + 12, "Algorithm 1 Search with a critic")
        pages.rule(LEFT, y + 17, FULL)
        for number, step in enumerate(("draw a path", "score the path", "keep the best")):
            pages.text(LEFT, y + 30 + 12 * number, f"{number + 1}: {step}")
        pages.rule(LEFT, y + 60, FULL)
        y = pages.prose(LEFT, y + 90, REST_OF)
        filled(pages, y, 640)
    document = read(path)
    assert WHOLE in told(document)
    assert texts(document, "algorithm") == ["1: draw a path 2: score the path 3: keep the best"]
    assert [block.label for block in blocks(document, "caption")] == ["Algorithm"]


def test_program_text_is_a_listing(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        y = filled(pages, 72, 300) + 10
        for number, row in enumerate(("def reward(path):", "    score = critic(path)", "    return score")):
            pages.text(LEFT, y + 12 * number, row, font=MONO, size=9)
        filled(pages, y + 60, 640)
    assert texts(read(path), "listing") == ["def reward(path): score = critic(path) return score"]


# --- what is no text of the paper ---


def test_line_numbers_of_a_review_copy_stay_out_of_the_sentences(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        for number in range(40):
            pages.text(50, 72 + 12 * number, f"{number:03}", size=6)
            pages.text(
                LEFT,
                72 + 12 * number,
                f"In run {number} of the arm nothing was touched at all, and so we went on.",
            )
    document = read(path)
    assert told(document)[3] == "In run 3 of the arm nothing was touched at all, and so we went on."
    (numbers,) = texts(document, "line number")
    assert numbers.split()[:2] == ["000", "001"]


def test_watermarks_and_stamps_are_neither_title_nor_text(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        for number in range(3):
            pages.turned(150, 550, "CONFIDENTIAL DRAFT", 45, size=60)
            pages.turned(20, 500, "Downloaded by someone on 2024-03-01.", 90, size=7)
            pages.text(
                LEFT,
                90,
                "Listening to Glass" if number == 0 else f"More {number}",
                font=BOLD,
                size=16 - 3 * number,
            )
            filled(pages, 130, 500)
            pages.page()
    document = read(path)
    assert document.title == "Listening to Glass"
    assert texts(document, "stamp") == ["CONFIDENTIAL DRAFT", "Downloaded by someone on 2024-03-01."]
    assert not any("CONFIDENTIAL" in sentence or "Downloaded" in sentence for sentence in told(document))


def test_the_archive_stamp_and_a_first_pages_venue_are_no_text(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        for number in range(1, 5):
            if number == 1:
                pages.turned(30, 500, "arXiv:2401.01234v2 [cs.RO] 3 Jan 2024", 90, size=20)
                pages.text(LEFT, 760, "9th Conference on Walls, Berlin, Germany.", size=9)
            else:
                pages.text(300, 760, str(number))
            filled(pages, 72, 690)
            pages.page()
    document = read(path)
    assert document.arxiv == "2401.01234"
    assert texts(document, "foot") == ["9th Conference on Walls, Berlin, Germany."]
    assert not any("Berlin" in sentence or "arXiv" in sentence for sentence in told(document))


# --- what blocks are ---


@pytest.mark.parametrize(
    "title",
    [
        "3.2 Training the Planner",
        "Abstract",
        "References",
        "IV. EXPERIMENTS",
        "A. Proofs and Details",
        "Appendix B: Prompts",
    ],
)
def test_headings(tmp_path: Path, read: Read, title: str) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        filled(pages, 72, 600)
        pages.page()
        y = filled(pages, 72, 200)
        pages.text(LEFT, y + 10, title, font=BOLD, size=12)
        filled(pages, y + 30, 600)
    assert texts(read(path), "heading", 2) == [title]


def test_items_of_a_list_are_blocks_of_their_own(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        y = filled(pages, 72, 200)
        for said in ("Arms with six joints", "Legs of any kind", "Wheels"):
            pages.text(LEFT + 12, y, f"\u2022 {said}")
            y += 12
        filled(pages, y, 600)
    document = read(path)
    assert texts(document, "item") == ["• Arms with six joints", "• Legs of any kind", "• Wheels"]
    assert "• Legs of any kind" in told(document)


def test_references_are_entries_of_a_flow_of_their_own(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    entries = [f"[{n}] A. Author and B. Writer. A long study of walls and of arms, of planners and of critics, volume {n}. In Proceedings of Walls, 20{n}." for n in range(10, 16)]  # fmt: skip
    with Pages(path) as pages:
        y = filled(pages, 72, 300)
        pages.text(LEFT, y + 10, "References", font=BOLD, size=12)
        y += 30
        for entry in entries:
            y = pages.prose(LEFT, y, entry)
    document = read(path)
    assert texts(document, "reference") == entries
    assert [block.number for block in blocks(document, "reference")] == ["10", "11", "12", "13", "14", "15"]
    assert not any("[12]" in sentence for sentence in told(document))


def test_title_and_byline_are_told_apart_from_the_abstract(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        pages.text(150, 80, "Listening to Glass", font=BOLD, size=16)
        pages.text(170, 110, "Ada Example, Ben Sample")
        pages.text(170, 122, "University of Walls, Berlin")
        filled(pages, 160, 600)
    document = read(path)
    assert (texts(document, "title"), texts(document, "byline")) == (
        ["Listening to Glass"],
        ["Ada Example, Ben Sample University of Walls, Berlin"],
    )
    assert told(document)[0].startswith("The planner draws")


def test_a_page_turned_on_its_side_is_read_with_boxes_as_it_is_shown(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        filled(pages, 72, 600)
        pages.page()
        for number in range(30):
            pages.turned(
                100 + 12 * number, 700, f"Line {number} of a wide page tells of arms, walls and critics.", 90
            )
    document = read(path)
    page = document.pages[1]
    assert told(document)[-1] == "Line 29 of a wide page tells of arms, walls and critics."
    (paragraph,) = blocks(document, "paragraph", 2)
    assert page.text_of(paragraph).startswith("Line 0 of a wide page")
    assert paragraph.box.left == pytest.approx(93, abs=3)
    assert paragraph.box.bottom == pytest.approx(700, abs=3)
    assert 400 < paragraph.box.top < 500


def test_boxes_hold_their_text(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "a.pdf"
    with Pages(path) as pages:
        pages.prose(LEFT, 100, FILLER)
    document = read(path)
    (paragraph,) = blocks(document, "paragraph")
    assert paragraph.box.left == pytest.approx(LEFT, abs=1)
    assert paragraph.box.right == pytest.approx(LEFT + FULL, abs=3)
    assert paragraph.box.top == pytest.approx(93, abs=2)
    assert (document.pages[0].width, document.pages[0].height) == (612, 792)


def test_titles_compare_without_their_number() -> None:
    assert plain("3.1 The  Method") == plain("III. The method") == "the method"
