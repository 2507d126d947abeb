"""Which questions each figure counts."""

from assistant.evaluation.metrics import summary


def record(identity, kind, *, held=True, facts=True, refused=False, claims=(), tokens=None):
    answer = {
        "refused": refused, "fell_back": False, "gold_in_evidence": held, "facts": facts, "facts_supported": facts,
        "claims": [{"support": level, "citations": [{"placed": way} for way in ways]} for level, *ways in claims],
        "recall": None, "precision": None, "unknown_ids": 0, "tokens": tokens or {},
        "seconds": {"evidence": 0.5, "first_words": None, "whole": 4.0, "checking": 0.1},
    }  # fmt: skip
    return {"id": identity, "kind": kind, "retrieval": None, "answers": {"m": {"checked": answer}}}


def figures(kind, *records):
    (found,) = [row["figures"] for row in summary(records) if row["kind"] == kind]
    return {name: (figure["value"], figure["n"], figure["of"]) for name, figure in found.items()}


def test_facts_are_counted_over_all_and_over_those_whose_page_was_there():
    found = figures("lookup", record("a", "lookup"), record("b", "lookup", held=False, facts=False))
    assert found["facts"] == (0.5, 2, 2)
    assert found["facts_given_page"] == (1.0, 1, 1)


def test_shares_are_of_claims_and_quotes_and_refusals_claim_nothing():
    found = figures(
        "lookup",
        record(
            "a",
            "lookup",
            claims=[("exact", "exact"), ("entailed", "not found", "in pieces"), ("unsupported",)],
        ),
        record("b", "lookup", refused=True, claims=[("exact", "normalised")]),
    )
    assert found["exact"] == (0.33333, 1, 3)
    assert found["unsupported"] == (0.33333, 1, 3)
    assert found["quote_not_found"] == (0.25, 2, 4)  # the refusal shows a quote too
    assert found["page_accuracy"] == (0.75, 2, 4)


def test_refusals_are_right_on_what_cannot_be_answered_and_false_on_the_rest():
    nothing = {"held": None, "facts": None}
    found = figures(
        "all",
        record("a", "lookup"),
        record("b", "blind", refused=True),
        record("c", "unanswerable", refused=True, **nothing),
        record("d", "unanswerable", **nothing),
    )
    assert found["refusal_recall"] == (0.5, 2, 2)
    assert found["refusal_precision"] == (0.5, 2, 2)
    assert found["false_refusals"] == (0.5, 2, 2)


def test_the_share_of_checking_is_of_the_whole_time():
    found = figures("lookup", record("a", "lookup", tokens={"input": 10, "output": 3}), record("b", "lookup"))
    assert found["checking_share"] == (0.025, 2, 8)
    assert found["tokens_read"] == (10, 1, 1)
    assert "seconds_first_words" not in found
