"""ALCE's recall and precision on sentences whose support is known, and quotes looked up on their pages."""

from dataclasses import replace

import pytest

from assistant.evaluation.citations import placed, precision, recall, scored
from corpus.document import Page
from corpus.passages import Passage, Span

FIRST = "The agent runs for ten thousand episodes and costs about USD 240 in total. Then a long sentence goes"
SECOND = "on over the edge of the page, which every reader of papers has met before. It ends here."
SPLIT = "Then a long sentence goes on over the edge of the page, which every reader of papers has met before."


def carries(*sufficient):
    """Carried by any superset of one of these sets of sources."""
    return lambda numbers: any(set(enough) <= set(numbers) for enough in sufficient)


class Pages:
    """A store of three pages, and of what flows were cut from them."""

    def __init__(self, *passages):
        self.passages = passages

    def of_paper(self, paper):
        return self.passages

    def page(self, paper, number):
        texts = {
            1: FIRST,
            2: SECOND,
            3: "Figure 4: A caption.\nNothing else stands on the last of the pages.",
        }
        return Page(number, str(number), texts[number]) if paper == "p" and number in texts else None


@pytest.mark.parametrize(
    ("cited", "unknown", "enough", "recalled", "precise"),
    [
        ([1], 0, [{1}], True, (True,)),
        ([2], 0, [{1}], False, (False,)),
        ([], 0, [{1}], False, ()),
        ([1, 2], 0, [{1}], True, (True, False)),  # over-citation: 2 adds nothing
        ([1, 2], 0, [{1, 2}], True, (True, True)),  # both are needed
        ([1, 2], 0, [{1}, {2}], True, (True, True)),  # each is enough
        ([1, 2, 3], 0, [{1, 3}], True, (True, False, True)),
        ([1], 1, [{1}], False, (False,)),  # an unknown id fails the sentence
    ],
)
def test_a_sentence_is_scored_as_alce_does(cited, unknown, enough, recalled, precise):
    found = scored(cited, unknown, carries(*enough))
    assert (found.recalled, found.precise, found.count) == (recalled, precise, len(cited) + unknown)


def test_an_answer_is_the_mean_over_its_sentences_and_over_its_citations():
    sentences = [
        scored([1, 2], 0, carries({1})),  # recalled; one of two citations
        scored([3], 0, carries({1})),  # not recalled; none of one
        scored([], 0, carries({1})),  # cites nothing
        scored([1], 1, carries({1})),  # "[1][9]": none of two
    ]
    assert recall(sentences) == 1 / 4
    assert precision(sentences) == 1 / 5


def test_an_answer_that_cites_nothing_has_no_precision_at_all_and_no_answer_none():
    assert precision([scored([], 0, carries())]) == 0.0
    assert (recall([]), precision([])) == (None, None)


@pytest.mark.parametrize(
    ("quote", "page", "found"),
    [
        ("costs about USD 240 in total.", 1, "exact"),
        ("costs about\nUSD 240", 1, "exact"),
        ("Costs About USD-240 in total", 1, "normalised"),
        ("costs about USD 24 in total.", 1, "not found"),
        ("costs about USD 240 in total.", 2, "not found"),  # the right words, on another page
        (SPLIT, 2, "normalised"),  # over the edge; most of it on the second page
        (SPLIT, 1, "not found"),
        (SPLIT, 3, "not found"),
        ("Nothing else of the agent runs for a long page of papers in total.", 3, "not found"),
        ("", 1, "not found"),
        ("costs about USD 240 in total.", 9, "not found"),
    ],
)
def test_a_quote_is_looked_up_in_the_text_of_its_page(quote, page, found):
    assert placed(quote, "p", page, Pages()) == found


AROUND = "The agent runs for ten thousand episodes in total. Then a long sentence goes"


def test_a_quote_around_something_else_is_in_pieces():
    assert placed(AROUND, "p", 1, Pages()) == "in pieces"


def test_a_quote_that_one_flow_holds_is_in_one_piece_wherever_it_goes_on():
    spans = (Span(1, 0, 40), Span(1, 65, len(FIRST)))
    passage = Passage(AROUND, "", "body", spans, 20)
    assert placed(AROUND, "p", 1, Pages(passage)) == "exact"
    assert placed(AROUND.replace("total. Then", "total — then"), "p", 1, Pages(passage)) != "exact"
    wrong = Passage(
        AROUND, "", "body", (Span(1, 0, 40), Span(1, 60, len(FIRST))), 20
    )  # not what stands there
    assert placed(AROUND, "p", 1, Pages(wrong)) == "in pieces"
    doubtful = Passage(AROUND, "", "body", (spans[0], replace(spans[1], doubtful=True)), 20)
    assert placed(AROUND, "p", 1, Pages(doubtful)) == "in pieces"


def test_a_quote_with_a_formula_in_it_is_on_its_page():
    text = "The agent runs for ten thousand episodes ⟨formula 7⟩ in total."
    spans = (Span(1, 0, 40), Span(1, 40, 64, "⟨formula 7⟩"), Span(1, 65, 74))
    assert placed(text, "p", 1, Pages(Passage(text, "", "body", spans, 20))) == "exact"
