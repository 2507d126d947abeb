from __future__ import annotations

from corpus.flows import Span
from corpus.quoting import in_one_piece, quotable

TEXT = "It goes on behind a figure, as it should. Then Wall Street.\nA list's entry"


def test_what_a_flow_skips_does_not_part_a_quote() -> None:
    spans = (Span(1, 0, 11), Span(2, 400, 459))
    assert in_one_piece(TEXT, spans, 0, 41) == (0, 41)


def test_a_doubtful_joint_leaves_the_longer_part() -> None:
    spans = (Span(1, 0, 46), Span(2, 5, 17, doubtful=True))
    start, end = in_one_piece(TEXT, spans, 42, 59)
    assert TEXT[start:end] == "Wall Street."


def test_a_line_feed_parts_two_sentences_that_no_stop_parts() -> None:
    start, end = in_one_piece(TEXT, (Span(1, 0, len(TEXT)),), 42, len(TEXT))
    assert TEXT[start:end] == "Then Wall Street."


def test_a_digest_stands_on_no_page_and_is_in_one_piece() -> None:
    assert in_one_piece(TEXT, (), 42, len(TEXT)) == (42, len(TEXT))


def test_a_mark_and_a_glued_word_count_as_they_are_shown() -> None:
    text = "The score ⟨formula 7⟩ is reinforcement. Next."
    spans = (
        Span(1, 0, 9),
        Span(1, 10, 30, "⟨formula 7⟩"),
        Span(1, 31, 43),
        Span(2, 0, 11, glued=True),
    )
    assert [text[a:b] for a, b in quotable(text, spans)] == [
        "The score ⟨formula 7⟩ is reinforcement.",
        "Next.",
    ]
