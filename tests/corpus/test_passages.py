from __future__ import annotations

import re
import time
from array import array
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Block, BlockKind, Document, Page
from corpus.flows import Flow, Told, flows, told_by
from corpus.passages import Cutting, Passage, Span, cut, located, main_page, together
from corpus.reader import Reader
from corpus.sentences import sentences
from corpus.tokens import count
from tests import pdfs

if TYPE_CHECKING:
    from pathlib import Path

Lines = list[tuple[str, BlockKind]]

WORDS = (
    "the planner",
    "learns",
    "A value",
    "e.g. this",
    "in 3.5 s",
    "π",
    "[3]",
    "Fig. 2",
    "x" * 300,
    "reward.",
    "Then",
    "(b)",
)
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)
KINDS: list[BlockKind] = [
    "paragraph",
    "item",
    "heading",
    "caption",
    "table",
    "formula",
    "footnote",
    "figure",
    "head",
]
PAGE = st.lists(st.tuples(TEXT, st.sampled_from(KINDS)), max_size=8)
DOCUMENTS = st.lists(PAGE, min_size=1, max_size=4)


def document(*pages: Lines) -> Document:
    """A document whose pages consist of these blocks, a line feed between two."""
    made = []
    for number, lines in enumerate(pages, start=1):
        text, blocks = "", []
        for content, kind in lines:
            blocks.append(Block(kind, ((len(text), len(text) + len(content)),), opens=len(content) % 3 == 0))
            text += content + "\n"
        made.append(Page(number, str(number), text, tuple(blocks), array("I", range(len(text)))))
    return Document("00" * 32, tuple(made))


def on_pages(paper: Document, spans: tuple[Span, ...]) -> str:
    """What stands on the pages at these spans, line feeds read as blanks."""
    return plain(told_by(spans, lambda number: paper.pages[number - 1].text))


def plain(text: str) -> str:
    return text.replace("\n", " ")


@given(DOCUMENTS)
@settings(max_examples=150)
def test_every_passage_is_what_stands_at_its_spans(pages: list[Lines]) -> None:
    paper = document(*pages)
    for passage in cut(paper, Cutting(tokens=40, smallest=10)):
        assert plain(passage.text) == on_pages(paper, passage.spans)


@given(DOCUMENTS, st.data())
@settings(max_examples=150)
def test_offsets_of_a_passage_lead_back_to_its_pages(pages: list[Lines], data: st.DataObject) -> None:
    paper = document(*pages)
    for passage in cut(paper, Cutting(tokens=40, smallest=10)):
        start = data.draw(st.integers(0, len(passage.text)))
        end = data.draw(st.integers(start, len(passage.text)))
        found = on_pages(paper, located(passage.spans, start, end))
        asked = plain(passage.text[start:end])
        # the joining blank is on no page, and a mark is never cut
        assert asked.strip(" ") in found if "⟨" in found else found.strip(" ") == asked.strip(" ")


@given(DOCUMENTS)
@settings(max_examples=150)
def test_passages_keep_to_the_size_to_whole_sentences_and_to_one_section(pages: list[Lines]) -> None:
    paper = document(*pages)
    cutting = Cutting(tokens=40, smallest=10)
    headings = [
        Span(page.number, block.start, block.end)
        for page in paper.pages
        for block in page.blocks
        if block.kind == "heading"
    ]
    for passage in cut(paper, cutting):
        assert count(passage.text) <= passage.tokens
        longest = max(count(passage.text[a:b]) + 1 for a, b in sentences(passage.text))
        assert passage.tokens <= max(cutting.tokens, longest) + cutting.smallest
        assert not passage.text[:1].isspace()
        first, last = passage.spans[0], passage.spans[-1]
        for heading in headings:
            place = (heading.page, heading.start)
            assert not (first.page, first.start) <= place < (last.page, last.end)


@given(DOCUMENTS)
@settings(max_examples=100)
def test_no_text_is_lost_or_told_twice(pages: list[Lines]) -> None:
    paper = document(*pages)
    covered: dict[int, list[int]] = {page.number: [0] * len(page.text) for page in paper.pages}
    for passage in cut(paper, Cutting(tokens=40, smallest=10)):
        for span in passage.spans:
            for at in range(span.start, span.end):
                covered[span.page][at] += 1
    for page in paper.pages:
        for block in page.blocks:
            inside = covered[page.number][block.start : block.end]
            assert max(inside) <= 1
            signs = page.text[block.start : block.end]
            if block.kind in ("heading", "head", "figure"):
                assert not any(inside)
            elif (
                block.kind != "formula"
            ):  # only a passage without a word of two letters is left out: it says nothing
                untold = "".join(" " if told else sign for sign, told in zip(signs, inside, strict=True))
                assert not re.search(r"\w{2}", untold)


@given(DOCUMENTS)
@settings(max_examples=100)
def test_flows_share_no_text_and_every_sentence_is_what_stands_at_its_places(pages: list[Lines]) -> None:
    paper = document(*pages)
    seen: dict[tuple[int, int], Flow] = {}
    for flow in flows(paper):
        for span in flow.spans:
            for at in range(span.start, span.end):
                assert (span.page, at) not in seen
                seen[span.page, at] = flow
        text = Told(paper, flow)
        for start, end in text.sentences():
            assert plain(text.text[start:end]) == on_pages(paper, text.located(start, end))
            assert "\n" not in text.text[start:end]


def passages_of(*pages: Lines, tokens: int = 60) -> list[Passage]:
    return cut(document(*pages), Cutting(tokens=tokens, smallest=5))


def test_a_sentence_that_runs_over_the_page_end_stays_whole() -> None:
    first: Lines = [("1 Method", "heading"), ("It starts here and goes", "paragraph"), ("12", "page number")]
    second: Lines = [("Preprint", "head"), ("on over the page. Then it ends.", "paragraph")]
    (passage,) = passages_of(first, second)
    assert passage.text == "It starts here and goes on over the page. Then it ends."
    assert passage.spans == (Span(1, 9, 32), Span(2, 9, 40))
    assert passage.page == 2
    at = passage.text.index("goes on")
    assert located(passage.spans, at, at + 7) == (Span(1, 28, 32), Span(2, 9, 11))


def test_sections_and_kinds_are_told_apart(tmp_path: Path) -> None:
    path = pdfs.simple_paper(
        tmp_path / "paper.pdf",
        sections={
            "Abstract": "We plan with diffusion models and with a learned value function.",
            "1 Introduction": "Rewards are seldom written down without mistakes by anyone.",
            "2 Method": "The planner denoises states in twenty steps on every task.",
            "2.1 Guidance": "A guidance weight of 1.4 was a good choice on every task.",
            "References": "[1] A. Author. A study of planners. In Proceedings of Robotics, 2021.",
            "A Proofs": "The proof follows from the definition of the value function.",
        },
    )
    with Reader() as reader:
        found = cut(reader.read(path))
    assert [(passage.section, passage.kind) for passage in found] == [
        ("Abstract", "abstract"),
        ("1 Introduction", "body"),
        ("2 Method", "body"),
        ("2 Method › 2.1 Guidance", "body"),
        ("References", "references"),
        ("A Proofs", "appendix"),
    ]
    assert found[3].text == "A guidance weight of 1.4 was a good choice on every task."


def test_a_caption_does_not_interrupt_the_text_around_it() -> None:
    page: Lines = [
        ("1 Method", "heading"),
        ("The planner draws", "paragraph"),
        ("Figure 1: The planner at work.", "caption"),
        ("many candidates.", "paragraph"),
    ]
    body, caption = passages_of(page)
    assert (body.kind, body.text) == ("body", "The planner draws many candidates.")
    assert (caption.kind, caption.text) == ("caption", "Figure 1: The planner at work.")


def test_a_formula_is_a_mark_in_its_sentence_that_opens_its_place() -> None:
    page = Page(
        1,
        "1",
        "The score is\na + b (7)\nwhere b is small.\n",
        (
            Block("paragraph", ((0, 12),), closes=True),
            Block("formula", ((13, 22),), number="7"),
            Block("paragraph", ((23, 40),), opens=False),
        ),
    )
    (passage,) = cut(Document("00" * 32, (page,)))
    assert passage.text == "The score is ⟨formula 7⟩ where b is small."
    at = passage.text.index("⟨")
    assert located(passage.spans, at + 2, at + 5) == (Span(1, 13, 22, "⟨formula 7⟩"),)
    assert located(passage.spans, at + 12, at + 17) == (Span(1, 23, 28),)


def test_a_word_that_a_page_broke_is_whole_and_leads_to_both_halves() -> None:
    pages: list[Lines] = [
        [("It was learned by reinforce-", "paragraph")],
        [("ment alone.", "paragraph")],
    ]
    (passage,) = cut(document(*pages))
    assert passage.text == "It was learned by reinforcement alone."
    assert passage.spans == (Span(1, 0, 27), Span(2, 0, 11, glued=True))
    at = passage.text.index("reinforcement")
    assert located(passage.spans, at, at + 13) == (Span(1, 18, 27), Span(2, 0, 4, glued=True))


def test_what_stands_apart_has_a_flow_and_a_kind_of_its_own() -> None:
    page: Lines = [
        ("1 Method", "heading"),
        ("The planner draws", "paragraph"),
        ("1 With a pencil.", "footnote"),
        ("Planner 0.81 12", "table"),
        ("1: draw a path", "algorithm"),
        ("many candidates.", "paragraph"),
    ]
    assert [(p.kind, p.text, p.section) for p in passages_of(page)] == [
        ("body", "The planner draws many candidates.", "1 Method"),
        ("footnote", "1 With a pencil.", "1 Method"),
        ("table", "Planner 0.81 12", "1 Method"),
        ("listing", "1: draw a path", "1 Method"),
    ]


def test_sentences_that_no_stop_parts_stay_apart_in_a_passage_and_where_passages_are_joined() -> None:
    page: Lines = [("Arms with six joints", "item"), ("Legs of any kind", "item"), ("Both walk.", "item")]
    (passage,) = passages_of(page)
    assert passage.text == "Arms with six joints\nLegs of any kind\nBoth walk."
    assert together(["It ends here.", "Then more."]) == "It ends here. Then more."
    assert together(["no stop", "Then more."]) == "no stop\nThen more."
    assert together([]) == ""


def test_a_run_in_abstract_begins_behind_its_word() -> None:
    page: Lines = [
        ("Ada Example, Some University", "paragraph"),
        ("Abstract—We plan with diffusion.", "paragraph"),
    ]
    (passage,) = passages_of(page)
    assert (passage.section, passage.kind, passage.text) == (
        "Abstract",
        "abstract",
        "We plan with diffusion.",
    )


def test_small_print_without_blanks_loses_no_character() -> None:
    listing = "".join(chr(0x4E00 + number) for number in range(1_000))
    found = passages_of([("1 Method", "heading"), (listing, "paragraph")], tokens=20)
    assert "".join(passage.text for passage in found).replace(" ", "") == listing


def test_one_sentence_makes_one_passage_and_an_empty_document_none() -> None:
    assert [passage.text for passage in passages_of([("Only this.", "paragraph")])] == ["Only this."]
    assert passages_of([]) == []
    assert passages_of([("1", "paragraph"), ("—", "paragraph")]) == []


def test_a_document_of_very_many_small_blocks_is_cut_at_once() -> None:
    rows: Lines = [(f"Row {number} ends here.", "table") for number in range(20_000)]
    began = time.process_time()
    found = passages_of(rows, tokens=200)
    assert time.process_time() - began < 5
    assert all(one.spans[-1].end < two.spans[0].start for one, two in pairwise(found))


def test_the_main_page_is_where_most_stands() -> None:
    assert main_page([Span(3, 0, 10), Span(4, 0, 30)]) == 4
