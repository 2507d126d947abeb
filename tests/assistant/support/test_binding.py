import pytest

from assistant.support.binding import bound, cited, parted, settled
from assistant.support.judge import Judge
from corpus.passages import Span
from tests.assistant.evidences import COST, DIFFUSER, DROPPED, HOURS, KITCHEN, LMA3, OCTO, evidence, hit

ALL = (1, 2, 3)


def test_a_right_marker_stands_with_page_and_verbatim_quote():
    found = bound("One seed of LMA3 costs about USD 240. [1]", evidence(), ALL)
    (citation,) = found.claim.citations
    assert (citation.n, citation.paper, citation.page, citation.page_label) == (1, LMA3, 10, "10")
    assert citation.quote == COST
    assert (found.claim.support, found.sources, found.moved) == ("same words", (1,), False)


def test_a_wrong_marker_is_moved_to_the_source_that_has_the_words():
    found = bound("Training the larger model took 14 hours. [1]", evidence(), ALL)
    assert [(c.paper, c.page_label) for c in found.claim.citations] == [(OCTO, "vi")]
    assert found.moved


def test_a_quote_without_marker_is_cited_to_its_source_and_needs_no_judge():
    found = bound(COST, evidence(), ALL)
    assert [(c.n, c.quote) for c in found.claim.citations] == [(1, COST.rstrip("."))]
    assert (found.claim.support, found.sources) == ("exact", ())


@pytest.mark.parametrize(
    "sentence",
    [
        "It was trained on Mars for 99 years. [1]",
        "One seed of LMA3 costs about USD 24. [1]",
        "Octo costs about USD 240 for a given seed of 10k episodes. [1]",
    ],
)
def test_an_invented_sentence_is_unsupported_and_cites_nothing(sentence):
    found = evidence()
    (claim,) = settled([bound(sentence, found, ALL)], found, Judge())
    assert (claim.support, claim.citations) == ("unsupported", ())
    assert claim.why
    assert "[" not in claim.text


def test_of_two_markers_only_the_one_that_has_the_words_is_kept():
    found = bound("One seed of LMA3 costs about USD 240. [2][1]", evidence(), ALL)
    assert [c.n for c in found.claim.citations] == [1]


def test_markers_that_point_at_nothing_or_were_not_handed_out_are_counted():
    assert bound("One seed of LMA3 costs about USD 240. [8][1]", evidence(), ALL).unknown == 1
    found = bound(f"{COST} [1]", evidence(), (2, 3))
    assert (found.claim.citations, found.unknown) == ((), 1)
    assert bound(" . ", evidence(), ALL) is None


def test_a_claim_on_a_digest_says_so_and_has_no_page():
    (citation,) = bound(f"{DROPPED} [3]", evidence(), ALL).claim.citations
    assert (citation.paper, citation.source, citation.page) == (DIFFUSER, "digest", None)


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


def test_a_heading_goes_with_what_follows_it_and_a_bare_no_only_with_a_writer_that_is_trusted():
    found = evidence()
    lines = [
        "Costs:",
        f"{COST} [1]",
        "Moons:",
        "It has 99 moons. [1]",
        "No, it does not.",
        f"{KITCHEN} [1]",
        HOURS,
    ]
    claims = settled([bound(line, found, ALL) for line in lines], found, Judge())
    kept, lost = parted(claims, words=False)
    assert [c.text for c in kept] == ["Costs:", COST, KITCHEN, HOURS]
    assert [c.text for c in lost] == ["It has 99 moons."]
    assert "No, it does not." in [c.text for c in parted(claims, words=True)[0]]
