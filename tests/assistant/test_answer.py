import json
from dataclasses import replace

from assistant.answer import Answer, Citation, Claim, Seconds
from tests.assistant.evidences import COST, LMA3, OCTO, evidence


def answer(*claims, **more):
    return Answer("Q?", "Q?", refused=False, claims=claims, sources=evidence().sources, model="test", **more)


def citation(n, paper=LMA3):
    return Citation(n, paper, "pdf", 10, "10", COST)


def test_markers_stand_before_the_full_stop_each_once():
    assert (
        Claim("It costs 240.", "exact", (citation(1), citation(2), citation(1))).marked
        == "It costs 240 [1][2]."
    )
    assert Claim("“It costs 240”", "exact", (citation(1),)).marked == "“It costs 240” [1]"
    assert Claim("Nobody knows.", "unsupported").marked == "Nobody knows."


def test_the_text_is_lead_and_claims():
    made = answer(
        Claim("It costs 240.", "exact", (citation(1),)), Claim("It is slow.", "unsupported"), lead="Well:"
    )
    assert made.text == "Well: It costs 240 [1]. It is slow."


def test_only_what_is_cited_counts_for_categories():
    made = answer(
        Claim("A.", "exact", (citation(1), citation(2, OCTO))), Claim("B.", "exact", (citation(1),))
    )
    assert [s.n for s in made.cited] == [1, 2]
    assert set(made.categories) == {*evidence().source(1).categories, *evidence().source(2).categories}
    for slug, papers in made.categories.items():
        assert len(papers) == len(set(papers))
        assert all(slug in s.categories for s in made.sources if s.paper in papers)
    sizes = [len(papers) for papers in made.categories.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert answer(Claim("A.", "unsupported")).categories == {}


def test_json_survives_a_round_trip_and_keeps_what_is_unknown_null():
    made = answer(
        Claim("A.", "exact", (replace(citation(1), page=None, page_label=None),)),
        seconds=Seconds(0.1, None, 0.5),
    )
    data = json.loads(json.dumps(made.to_json()))
    assert data["claims"][0]["citations"][0]["page"] is None
    assert data["seconds"] == {"retrieve": 0.1, "first_token": None, "total": 0.5, "checking": 0.0}
    assert [s["n"] for s in data["sources"]] == [1, 2, 3]
    assert data["tokens"] == {}
