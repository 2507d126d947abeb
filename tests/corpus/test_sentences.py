from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentences

# text with many chances to go wrong: stops, quotes, brackets, numbers, blanks of every kind
TEXT = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(["A", "b", "et al.", "e.g.", "3.5", ".", "!", "?", ")", "]", "[1, 2]", "”", "-", "α", " ", "\n", "\t"])
    ).map("".join),
)  # fmt: skip


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@given(TEXT)
def test_sentences_are_in_order_apart_and_cover_all_that_is_not_blank(text: str) -> None:
    at = 0
    for start, end in sentences(text):
        assert text[at:start].strip() == ""
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    "whole",
    [
        "This follows Smith et al. (2021) closely.",
        "It holds for some tasks, e.g. Reaching, and not for others.",
        "See Fig. 3 and Eq. 4 for the rates.",
        "The rate is 0.25 in version 1.4 of the code.",
        "J. S. Bach did not train policies.",
        "There are two: 1. Arms, 2. Legs of any kind.",
        "As T. Author said, it is ⟨formula 7⟩ here.",
        "The loss (cf. Sec. 2) falls.",
        "We tried it vs. MPPI.",
    ],
)
def test_a_stop_that_ends_no_sentence_does_not_part(whole: str) -> None:
    assert split(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One ends. Two begins.", ["One ends.", "Two begins."]),
        ("It is drawn in Figure 5. Then it falls.", ["It is drawn in Figure 5.", "Then it falls."]),
        ("The proof is in Appendix I. We go on.", ["The proof is in Appendix I.", "We go on."]),
        ("It stands in Table IV. The rest is new.", ["It stands in Table IV.", "The rest is new."]),
        (
            "This follows Ho et al. We differ in two ways.",
            ["This follows Ho et al.", "We differ in two ways."],
        ),
        ("控制器很快。它在小板上运行。", ["控制器很快。", "它在小板上运行。"]),
        ("Does it work? It does! We checked.", ["Does it work?", "It does!", "We checked."]),
        ("It was shown before. [3] We agree.", ["It was shown before. [3]", "We agree."]),
        ("He said “stop.” Then it stopped.", ["He said “stop.”", "Then it stopped."]),
        ("It uses RL. π is the policy.", ["It uses RL.", "π is the policy."]),
        ("It ended. iGibson is a simulator.", ["It ended.", "iGibson is a simulator."]),
        ("A heading\nIts text goes on", ["A heading", "Its text goes on"]),
        ("We use 10. 20 were tried.", ["We use 10. 20 were tried."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_blank_text_has_no_sentences() -> None:
    assert sentences(" \n\t ") == []


@pytest.mark.parametrize(
    "unit", [". ", ".[1 ", "(((", "- ", ". a-", "a", ". [1, ", ".”)]", "\n", ". A", "(i. "]
)
def test_hostile_repetition_takes_no_time(unit: str) -> None:
    began = time.process_time()
    sentences(unit * (100_000 // len(unit)))
    assert time.process_time() - began < 2


def test_a_line_feed_ends_a_sentence_before_what_looks_like_its_reference():
    text = "It earns the reward.\n[3] The planner."
    assert [text[start:end] for start, end in sentences(text)] == ["It earns the reward.", "[3] The planner."]
