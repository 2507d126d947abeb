import pytest

from assistant.evidence import is_noise, is_symbols, spans_of
from corpus.passages import Span
from corpus.tokens import count
from tests.assistant.evidences import COST, DIFFUSER, HOURS, KITCHEN, LMA3, evidence, hit


def test_sources_are_numbered_in_the_order_found_and_know_their_paper():
    found = evidence()
    assert [(s.n, s.page, s.page_label, s.source) for s in found.sources] == [
        (1, 10, "10", "pdf"), (2, 6, "vi", "pdf"), (3, None, None, "digest"),
    ]  # fmt: skip
    assert found.source(1).label == "LMA3"
    assert found.source(1).authors
    assert found.source(3).paper == DIFFUSER
    assert found.source(1).categories


def test_sentences_are_cut_where_they_stand_in_their_source():
    found = evidence()
    assert [s.text for s in found.sentences if s.n == 1] == [KITCHEN, COST]
    assert all(found.source(s.n).text[s.start : s.end] == s.text for s in found.sentences)


def test_the_sentence_that_meets_the_question_is_best():
    assert evidence("How much does a given seed cost?").best(1)[0].text == COST
    assert evidence("How many hours did training take on a TPU?").best(1)[0].text == HOURS


@pytest.mark.parametrize("tokens", [0, 10, 25, 60, 1000])
def test_what_is_shown_fits_the_budget(tokens):
    found = evidence()
    shown = found.within(tokens)
    assert sum(count(text) for _, text in shown) <= tokens + len(shown)
    assert [n for n, _ in shown] == sorted({n for n, _ in shown})
    for n, text in shown:
        for part in text.split(" … "):
            assert part.removeprefix("… ") in found.source(n).text


def test_a_tight_budget_keeps_the_sentence_that_matters():
    assert COST in " ".join(text for _, text in evidence("How much does a given seed cost?").within(30))


def test_no_hits_are_no_evidence():
    found = evidence("anything", [])
    assert (found.sources, found.sentences, found.best(3), found.within(100)) == ((), (), [], [])


def test_a_place_in_a_source_is_a_place_on_its_pages():
    first, second = "One sentence ends here.", "Another begins the next page."
    spans = (Span(4, 50, 50 + len(first)), Span(5, 7, 7 + len(second)))
    source = evidence("x", [hit(1, LMA3, first, second, page=4, spans=spans)]).source(1)
    at = source.text.find("Another")
    assert spans_of(source, at, at + 7) == (Span(5, 7, 14),)
    assert spans_of(source, 0, len(source.text)) == spans
    assert spans_of(evidence().source(3), 0, 5) == ()


def test_a_paper_that_is_no_longer_known_is_shown_by_its_id():
    source = evidence("x", [hit(1, "gone", COST)]).source(1)
    assert (source.title, source.label, source.authors, source.kind) == ("gone", "gone", (), "own")


@pytest.mark.parametrize(
    ("text", "noise"),
    [
        ("0.0 0.2 0.4 0.6 0.8 1.0 Figure 6: Learning curves on three tasks.", True),
        ("2000 4000 6000 8000 10,000 Figure 6: Comparison of path length.", True),
        ("model = Model.load_pretrained(path); x = model.run(image)", True),
        ("Success rates are 66% 36% 40% 30% on the four tasks.", False),
        ("We try the levels 0, 1, 2, 3 and 4 of noise.", False),
    ],
)
def test_program_text_and_the_scale_of_a_figure_are_no_prose(text, noise):
    assert is_noise(text) is noise


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Let q = f ( x , y ) where x ∈ X and y ∈ Y , so that p ( q ) = 0 holds.", True),
        ("To show this, let µ be ⟨formula 3⟩ and ν be ⟨formula 4⟩.", True),
        ("The discount γ is 0.99, and the policy π is a network of two layers with 256 units each.", False),
        ("A plan B is kept at hand, and a robot I trust carries it out.", False),
    ],
)
def test_a_sentence_of_signs_is_told_from_one_that_holds_some(text, symbols):
    assert is_symbols(text) is symbols
