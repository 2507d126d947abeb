"""Answers made by hand, measured: every figure can be counted on the fingers."""

from dataclasses import replace

import pytest

from assistant.answer import Answer, Claim, Seconds
from assistant.evaluation.answers import checked, holds, plain
from assistant.evaluation.questions import KnownQuestion
from assistant.support.binding import cited
from assistant.support.judge import Judge
from corpus.document import Page
from tests.assistant.evidences import COST, HOURS, KITCHEN, LMA3, evidence, hit

SAID = "One seed of LMA3 costs about USD 240."
ASKED = KnownQuestion(
    "q",
    "lookup",
    "What does a seed cost?",
    papers=(LMA3,),
    gold=frozenset({(LMA3, 10)}),
    must_contain=(("240",),),
)
UNANSWERABLE = KnownQuestion("u", "unanswerable", "What does a moon cost?")


class Pages:
    """Page 10 of LMA3 as it was stored."""

    def page(self, paper, number):
        return Page(10, "10", f"{KITCHEN} {COST}") if (paper, number) == (LMA3, 10) else None

    def of_paper(self, paper):
        return ()


def answer(*claims, draft="", refused=False, lead="", seconds=None):
    return Answer(
        question="q", standalone="q", refused=refused, claims=claims, sources=evidence().sources, model="scripted",
        lead=lead, draft=draft, seconds=seconds or Seconds(0.5, 1.0, 4.0, 0.1),
    )  # fmt: skip


def carried(text=SAID, n=1, words=COST, support="entailed"):
    source = evidence().source(n)
    start = source.text.index(words)
    return Claim(text, support, (cited(source, start, start + len(words)),))


def measured(given, question=ASKED, writes=True):
    return checked(question, given, Judge(), Pages(), writes=writes)


def test_a_right_answer():
    found = measured(answer(carried()))
    assert (found["gold_in_evidence"], found["facts"], found["facts_supported"]) == (True, True, True)
    assert (found["recall"], found["precision"], found["unknown_ids"]) == (1.0, 1.0, 0)
    assert found["claims"][0]["citations"] == [{"n": 1, "paper_id": LMA3, "page": 10, "placed": "exact"}]
    assert found["seconds"] == {"evidence": 0.5, "first_words": 1.0, "whole": 4.0, "checking": 0.1}
    assert not found["fell_back"]


def test_a_fact_in_an_unsupported_sentence_is_not_one_that_is_supported():
    found = measured(
        answer(
            Claim("It costs 240 moons.", "unsupported"), carried("The kitchen has furniture.", words=KITCHEN)
        )
    )
    assert (found["facts"], found["facts_supported"]) == (True, False)
    assert found["recall"] == 0.5  # the other one is carried


def test_a_quote_that_is_not_on_its_page_is_seen():
    found = measured(answer(carried("Training took 14 hours.", n=2, words=HOURS)))
    assert found["claims"][0]["citations"][0]["placed"] == "not found"  # page 6 of Octo is not stored


def test_over_citation_costs_precision():
    both = Claim(SAID, "entailed", (*carried().citations, *carried(n=2, words=HOURS).citations))
    found = measured(answer(both))
    assert (found["recall"], found["precision"]) == (1.0, 0.5)


def test_a_marker_for_nothing_that_was_shown_is_counted_but_a_papers_own_number_is_not():
    quoted = carried(f"LMA3: “{COST}” as in “our work [99]”")
    assert measured(answer(carried(f"{SAID[:-1]} [99].")))["unknown_ids"] == 1
    assert measured(answer(carried(f"{SAID[:-1]} [99].")))["recall"] == 0.0
    assert measured(answer(quoted))["unknown_ids"] == 0


def test_a_refusal_holds_no_facts_and_claims_nothing():
    found = measured(answer(carried(), refused=True, lead="The papers do not say: 240 is not there."))
    assert (found["refused"], found["facts"], found["recall"]) == (True, False, None)
    assert measured(answer(refused=True), UNANSWERABLE)["facts"] is None


def test_quotes_in_the_place_of_a_models_answer_are_a_fallback():
    quotes = carried(f"LMA3: “{COST}”", support="exact")
    assert measured(answer(quotes))["fell_back"]
    assert not measured(answer(quotes), writes=False)["fell_back"]
    assert not measured(answer(quotes, carried()))["fell_back"]


def test_the_plain_chain_is_the_draft_with_its_own_markers_judged_alike():
    found = plain(
        ASKED,
        answer(carried(), draft=f"{SAID} [1] Training took 14 hours. [1] It has 999 moons. [1, 77]"),
        Judge(),
    )
    assert [(c["support"], c["recalled"], c["precise"], c["unknown"]) for c in found["claims"]] == [
        ("same words", True, 1, 0),
        ("unsupported", False, 0, 0),  # it is the second source that says so
        ("unsupported", False, 0, 1),
    ]
    assert found["recall"] == pytest.approx(1 / 3)
    assert found["precision"] == pytest.approx(1 / 4)  # four citations: [1], [1], and "[1, 77]" in full
    assert (found["unknown_ids"], found["facts"], found["refused"]) == (1, True, False)


def test_a_draft_without_markers_recalls_nothing():
    found = plain(ASKED, answer(draft=SAID), Judge())
    assert (found["recall"], found["precision"], found["claims"][0]["support"]) == (0.0, 0.0, "unsupported")


def test_a_model_that_wrote_nothing_has_no_plain_answer_though_quotes_were_shown():
    found = plain(ASKED, answer(carried(f"LMA3: “{COST}”", support="exact")), Judge())
    assert (found["answer"], found["claims"], found["facts"], found["recall"]) == ("", [], False, None)


def test_facts_are_one_of_each_group_whatever_the_case():
    assert holds("It is 25 Percent of the\nDelta  features.", [["0.25", "25 percent"], ["delta features"]])
    assert not holds("It is 25 Percent.", [["25 percent"], ["delta"]])


def test_a_papers_own_reference_in_a_quote_with_quotation_marks_is_no_marker_of_ours():
    words = "The “Deep Q Network” of [7] was compared with [31]."
    found = evidence("q", [hit(1, LMA3, words, page=10)])
    claim = Claim(f"LMA3: “{words}”", "exact", (cited(found.source(1), 0, len(words)),))
    given = Answer(
        question="q", standalone="q", refused=False, claims=(claim,), sources=found.sources, model="m",
        seconds=Seconds(0.5, 1.0, 4.0, 0.1),
    )  # fmt: skip
    assert measured(given)["unknown_ids"] == 0
    shown = replace(given, claims=(replace(claim, text=f"LMA3: “{words}” As in [9]."),))
    assert measured(shown)["unknown_ids"] == 1
