import pytest

from assistant.attribution import bound, cited
from corpus.passages import Span
from tests.assistant.evidences import COST, DIFFUSER, DROPPED, HOURS, KITCHEN, LMA3, OCTO, evidence, hit

ALL = (1, 2, 3)


def test_a_right_marker_stands_with_page_and_verbatim_quote():
    found = bound("One seed of LMA3 costs about USD 240. [1]", evidence(), ALL)
    (citation,) = found.claim.citations
    assert (citation.n, citation.paper, citation.page, citation.page_label) == (1, LMA3, 10, "10")
    assert citation.quote == COST
    assert found.claim.support == "paraphrase"
    assert found.claim.text == "One seed of LMA3 costs about USD 240."
    assert not found.moved


def test_a_wrong_marker_is_moved_to_the_source_that_carries_the_sentence():
    found = bound("Training the larger model took 14 hours. [1]", evidence(), ALL)
    assert [c.paper for c in found.claim.citations] == [OCTO]
    assert found.claim.citations[0].page_label == "vi"
    assert found.moved


def test_a_sentence_without_marker_is_cited_to_what_carries_it():
    found = bound(COST, evidence(), ALL)
    assert [(c.n, c.quote) for c in found.claim.citations] == [(1, COST.rstrip("."))]
    assert found.claim.support == "exact"
    assert not found.moved


@pytest.mark.parametrize(
    "sentence", ["It was trained on Mars for 99 years. [1]", "One seed of LMA3 costs about USD 24. [1]"]
)
def test_an_invented_sentence_is_unsupported_and_cites_nothing(sentence):
    claim = bound(sentence, evidence(), ALL).claim
    assert (claim.support, claim.citations) == ("unsupported", ())
    assert "[" not in claim.text


def test_of_two_markers_only_the_one_that_carries_is_kept():
    found = bound("One seed of LMA3 costs about USD 240. [2][1]", evidence(), ALL)
    assert [c.n for c in found.claim.citations] == [1]


def test_a_marker_that_points_at_nothing_is_counted():
    found = bound("One seed of LMA3 costs about USD 240. [8][1]", evidence(), ALL)
    assert found.unknown == 1
    assert [c.n for c in found.claim.citations] == [1]


def test_only_evidence_that_was_handed_out_is_cited():
    found = bound(f"{COST} [1]", evidence(), (2, 3))
    assert found.claim.citations == ()
    assert found.unknown == 1


def test_nothing_but_markers_is_no_claim():
    assert bound("[1][9]", evidence(), ALL).claim is None
    assert bound(" . ", evidence(), ALL).claim is None


def test_a_claim_on_a_digest_says_so_and_has_no_page():
    (citation,) = bound(f"{DROPPED} [3]", evidence(), ALL).claim.citations
    assert (citation.paper, citation.source, citation.page, citation.page_label) == (
        DIFFUSER,
        "digest",
        None,
        None,
    )


def test_every_quote_is_verbatim_in_its_source():
    found = evidence()
    for sentence in (
        COST,
        KITCHEN,
        HOURS,
        "The kitchen is filled with furniture [1].",
        "a larger model: 14 HOURS on a TPU v4-128 pod",
    ):
        for citation in bound(sentence, found, ALL).claim.citations:
            assert citation.quote
            assert citation.quote in found.source(citation.n).text


def test_a_quote_on_the_second_page_of_a_passage_has_that_page_and_its_label():
    first, second = "Preface and thanks to everyone in the laboratory.", "The arm lifts 12 cups in a row."
    spans = (Span(4, 50, 50 + len(first)), Span(5, 0, len(second)))
    found = evidence(
        "cups", [hit(1, LMA3, first, second, page=4, label="iv", spans=spans, labels=((4, "iv"), (5, "1")))]
    )
    (citation,) = bound(f"{second} [1]", found, (1,)).claim.citations
    assert (citation.page, citation.page_label) == (5, "1")
    assert citation.spans == (Span(5, 0, len(second) - 1),)
    assert cited(found.source(1), 0, len(first)).page_label == "iv"


def test_a_comparing_sentence_is_carried_half_by_half():
    claim = bound(
        "A seed of LMA3 costs about USD 240, while training Octo took 14 hours. [1]", evidence(), [1, 2]
    ).claim
    assert claim.support == "paraphrase"
    assert [(c.paper, c.page) for c in claim.citations] == [(LMA3, 10), (OCTO, 6)]


def test_halves_swapped_between_two_papers_are_not_supported():
    claim = bound(
        "A seed of Octo costs about USD 240, while training LMA3 took 14 hours. [1]", evidence(), [1, 2]
    ).claim
    assert (claim.support, claim.citations) == ("unsupported", ())


def test_a_fact_of_one_paper_is_not_told_of_another():
    claim = bound("Octo costs about USD 240 for a given seed of 10k episodes. [1]", evidence(), [1, 2]).claim
    assert claim.support == "unsupported"
