from __future__ import annotations

import unicodedata
from array import array
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cleaning import clean, joined, vocabulary
from corpus.lines import Line, is_garbled, ligature_votes, mend

if TYPE_CHECKING:
    from corpus.document import BlockKind

KINDS: list[BlockKind] = ["text", "heading", "caption", "table", "noise"]


def line(text: str, start: int = 0, *, broken: bool = False) -> Line:
    return Line(
        text, array("I", range(start, start + len(text))), 10.0, bold=False, x=72.0, y=700.0, broken=broken
    )


def cleaned(*lines: Line, kind: BlockKind = "text") -> str:
    return clean(lines, [kind] * len(lines), vocabulary([lines]))[0]


def test_lines_of_running_text_become_one_and_other_lines_stay_alone() -> None:
    assert cleaned(line("One goes"), line("on here.")) == "One goes on here.\n"
    assert cleaned(line("1.0 2.0"), line("3.0 4.0"), kind="table") == "1.0 2.0\n3.0 4.0\n"


def test_a_word_broken_at_the_line_end_is_joined() -> None:
    assert cleaned(line("the reinforce", broken=True), line("ment works")) == "the reinforcement works\n"


def test_a_compound_broken_at_its_hyphen_keeps_it_where_the_paper_writes_it_so() -> None:
    lines = (line("model-based planning is model", broken=True), line("based"))
    assert cleaned(*lines) == "model-based planning is model-based\n"


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [
        ("GPT", "4 writes", "-"),
        ("the 7", "day week", "-"),
        ("plan", "ning", ""),
        ("(", "x", "-"),
        ("plan", "(x)", "-"),
    ],
)
def test_numbers_and_signs_keep_their_hyphen(before: str, after: str, between: str) -> None:
    assert joined(before, after, Counter()) == between


def test_a_broken_word_before_a_heading_keeps_its_hyphen() -> None:
    text, _, _ = clean([line("self", broken=True), line("Method")], ["text", "heading"], Counter())
    assert text == "self-\nMethod\n"


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


LINES = st.lists(
    st.tuples(
        st.text(st.characters(exclude_characters="\n\r"), min_size=1), st.sampled_from(KINDS), st.booleans()
    )
)


@given(LINES)
def test_text_numbers_and_blocks_stay_in_step(given_lines: list[tuple[str, BlockKind, bool]]) -> None:
    lines, at = [], 0
    for text, _, broken in given_lines:
        lines.append(line(text, at, broken=broken))
        at += len(text) + 2
    text, raw, blocks = clean(lines, [kind for _, kind, _ in given_lines], vocabulary([lines]))
    assert len(text) == len(raw)
    assert list(raw) == sorted(raw)
    source = {number: sign for each in lines for number, sign in zip(each.raw, each.text, strict=True)}
    for sign, number in zip(text, raw, strict=True):
        assert sign in unicodedata.normalize("NFKC", source[number]) or sign in " \n-"
        assert sign == "\n" or not unicodedata.category(sign).startswith("C")
    end = 0
    for block in blocks:
        assert text[end : block.start].strip() == ""
        assert end <= block.start < block.end <= len(text)
        assert not text[block.start : block.end][0].isspace()
        end = block.end
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
