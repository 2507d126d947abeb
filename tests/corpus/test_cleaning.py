from __future__ import annotations

import unicodedata
from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import clean, joined, vocabulary
from corpus.glyphs import Sheet
from corpus.layout import Group, Layout
from corpus.lines import Line, is_garbled, ligature_votes, mend
from corpus.rows import Leaf, row_of

KINDS = ["paragraph", "heading", "caption", "listing", "head"]


def line(text: str, start: int = 0, *, broken: bool = False) -> Line:
    raw = array("I", range(start, start + len(text)))
    return Line(text, raw, 10.0, bold=False, left=72.0, right=300.0, base=100.0, broken=broken)


def laid_out(*blocks: tuple[str, list[Line]]) -> Layout:
    """A page of these blocks, each of its kind and lines."""
    groups = [Group(kind, [row_of(each) for each in lines]) for kind, lines in blocks]
    leaf = Leaf(1, Sheet(612.0, 792.0), [row for group in groups for row in group.rows])
    return Layout(leaf, groups)


def cleaned(*lines: Line, kind: str = "paragraph") -> str:
    at, numbered = 0, []
    for each in lines:
        numbered.append(line(each.text, at, broken=each.broken))
        at += len(each.text) + 2
    return clean(laid_out((kind, numbered)), vocabulary([lines])).text


def test_lines_of_running_text_become_one_and_lines_of_program_text_stay_alone() -> None:
    assert cleaned(line("One goes"), line("on here.")) == "One goes on here.\n"
    assert cleaned(line("x = 1"), line("y = 2"), kind="listing") == "x = 1\ny = 2\n"


def test_a_word_broken_at_the_line_end_is_joined() -> None:
    assert cleaned(line("the reinforce", broken=True), line("ment works")) == "the reinforcement works\n"


def test_a_compound_broken_at_its_hyphen_keeps_it_where_the_paper_writes_it_so() -> None:
    lines = (line("model-based planning is model", broken=True), line("based"))
    assert cleaned(*lines) == "model-based planning is model-based\n"


def test_what_ends_in_a_dash_or_slash_goes_on_without_a_blank() -> None:
    assert cleaned(line("as RT-1-"), line("X does")) == "as RT-1-X does\n"
    assert cleaned(line("see example.org/"), line("code")) == "see example.org/code\n"


def test_chinese_lines_are_joined_without_a_blank() -> None:
    assert cleaned(line("控制器的运行频率为二百五十"), line("赫兹")) == "控制器的运行频率为二百五十赫兹\n"


@pytest.mark.parametrize(
    ("before", "after", "words", "between"),
    [
        ("GPT", "4 writes", {}, "-"),
        ("the 7", "day week", {}, "-"),
        ("plan", "ning", {}, ""),
        ("plan", "ning", {"plan": 3}, ""),  # "ning" is no word of the paper
        ("high", "performing", {"high": 2, "performing": 1}, "-"),  # both halves are, and neither form is
        ("step-by", "step", {"by": 4, "step": 2}, "-"),
        ("high", "performing", {"high": 2, "performing": 1, "highperforming": 1}, ""),
        ("Dulac", "Arnold", {}, "-"),
        ("(", "x", {}, "-"),
        ("plan", "(x)", {}, "-"),
    ],
)
def test_a_hyphen_stays_as_the_paper_itself_writes(
    before: str, after: str, words: dict[str, int], between: str
) -> None:
    assert joined(before, after, Counter(words)) == between


def test_the_halves_of_a_broken_word_are_no_words() -> None:
    words = vocabulary([[line("we use reinforce", broken=True), line("ment here")]])
    assert (words["reinforce"], words["ment"], words["here"]) == (0, 0, 1)


def test_a_broken_word_before_a_heading_keeps_its_hyphen() -> None:
    page = laid_out(("paragraph", [line("self", broken=True)]), ("heading", [line("Method", 6)]))
    assert clean(page, Counter()).text == "self-\nMethod\n"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("speciﬁed eﬀort", "specified effort"),
        ("x² and ½", "x2 and 1⁄2"),
        ("a\u00a0 \tb", "a b"),
        ("zero\u200bwidth\x00 \x07bell\ufeff", "zerowidth bell"),
        ("\ud800half", "half"),
        ("  blanks  ", "blanks"),
        ("naïve Gómez", "naïve Gómez"),
    ],
)
def test_signs_are_normalised(printed: str, read: str) -> None:
    assert cleaned(line(printed)) == f"{read}\n"


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.lists(
            st.tuples(st.text(st.characters(exclude_characters="\n\r"), min_size=1), st.booleans()),
            min_size=1,
            max_size=4,
        ),
    )
)


@given(BLOCKS)
def test_text_numbers_and_blocks_stay_in_step(given_blocks: list[tuple[str, list[tuple[str, bool]]]]) -> None:
    blocks, at = [], 0
    for kind, given_lines in given_blocks:
        lines = []
        for text, broken in given_lines:
            lines.append(line(text, at, broken=broken))
            at += len(text) + 2
        blocks.append((kind, lines))
    everything = [each for _, lines in blocks for each in lines]
    text, raw, made = clean(laid_out(*blocks), vocabulary([everything]))
    assert len(text) == len(raw)
    assert list(raw) == sorted(raw)
    source = {number: sign for each in everything for number, sign in zip(each.raw, each.text, strict=True)}
    for sign, number in zip(text, raw, strict=True):
        assert sign in unicodedata.normalize("NFKC", source[number]) or sign in " \n-"
        assert sign == "\n" or not unicodedata.category(sign).startswith("C")
    end = 0
    for block in made:
        for start, after in block.spans:
            assert text[end:start].strip() == ""
            assert end <= start < after <= len(text)
            assert not text[start:after][0].isspace()
            end = after
    assert text[end:].strip() == ""


def test_ligatures_without_a_name_are_learned_from_a_second_reader() -> None:
    garbled = "the speci\x02ed and ef\x02cient classi\x02er \x03ow over\x03ow"
    letters = ligature_votes(
        garbled, ["specified", "efﬁcient", "classifier", "overflow", "flow", "unrelated"]
    )
    assert letters == {"\x02": "fi", "\x03": "fl"}
    mended = mend([line(garbled, 5)], letters)[0]
    assert mended.text == "the specified and efficient classifier flow overflow"
    assert len(mended.raw) == len(mended.text)
    assert mended.raw[0] == 5
    assert mended.raw[-1] == 5 + len(garbled) - 1


def test_text_counts_as_garbled_only_with_control_signs_inside_words() -> None:
    assert is_garbled("speci\x02ed and ef\x02cient")
    assert not is_garbled("a plain line\nwith a \x02 loose sign")
