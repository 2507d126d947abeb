"""A question file is read whole, or its first wrong line is named."""

import json

import pytest

from assistant.evaluation.questions import chosen, read
from corpus.errors import WrongUse

GOLD = {"paper": "ghosh2024octo", "page": 6, "quote": "Training took 14 hours"}
GOOD = {
    "id": "q1",
    "kind": "lookup",
    "question": "How long did Octo train?",
    "papers": ["ghosh2024octo"],
    "gold": [GOLD],
    "must_contain": [["14 h", "14 hours"]],
}
EMPTY = {"papers": [], "gold": [], "must_contain": []}
PAPERS = ("ghosh2024octo", "colas2023lma3")


def lines(path, *entries):
    path.write_text("\n".join(e if isinstance(e, str) else json.dumps(e) for e in entries), "utf-8")
    return path


def without(name):
    return {k: v for k, v in GOOD.items() if k != name}


def test_questions_come_in_order_with_what_is_known(tmp_path):
    followup = {
        **GOOD,
        "id": "q2",
        "kind": "followup",
        "history": [["What is Octo?", "A policy."]],
        "note": "x",
    }
    (one, two) = read([lines(tmp_path / "q.jsonl", "﻿" + json.dumps(GOOD), "", followup)], PAPERS)
    assert (one.id, one.kind, one.gold, one.place) == ("q1", "lookup", {("ghosh2024octo", 6)}, 1)
    assert (two.history, two.place) == ((("What is Octo?", "A policy."),), 2)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('{"id": "x"', "not JSON"),
        ("[1]", "JSON object"),
        (without("must_contain"), "`must_contain` is missing"),
        (without("question"), "`question` is missing"),
        ({**GOOD, "must_contian": []}, "did you mean must_contain"),
        ({**GOOD, "kind": "lokup"}, "there is no kind 'lokup'; it is lookup, blind"),
        ({**GOOD, "question": "  "}, "empty"),
        ({**GOOD, "question": 7}, "`question`"),
        ({**GOOD, "papers": ["ghost2024octo"]}, "did you mean ghosh2024octo"),
        ({**GOOD, "gold": [{**GOLD, "paper": "nobody1999"}]}, "there is no paper 'nobody1999'"),
        ({**GOOD, "gold": [{**GOLD, "page": 0}]}, "`gold.0.page`"),
        ({**GOOD, "gold": [{**GOLD, "page": "6"}]}, "`gold.0.page`"),
        ({**GOOD, "gold": []}, "needs `papers` and `gold`"),
        ({**GOOD, "papers": ["ghosh2024octo", "colas2023lma3"]}, "not the same"),
        ({**GOOD, "must_contain": [[]]}, "at least one word"),
        ({**GOOD, "must_contain": [[""]]}, "at least one word"),
        ({**GOOD, "kind": "followup"}, "needs `history`"),
        ({**GOOD, "history": [["one"]]}, "pairs"),
        ({**GOOD, "kind": "unanswerable"}, "no `papers`"),
        (GOOD, "is taken by"),
    ],
)
def test_the_first_wrong_line_is_named_with_its_file_and_number(tmp_path, wrong, says):
    path = lines(tmp_path / "q.jsonl", GOOD, "", wrong)
    with pytest.raises(WrongUse) as error:
        read([path], PAPERS)
    assert str(error.value).startswith(f"{path}:3: ")
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_near_misses_and_questions_on_tables_say_what_they_are_made_of(tmp_path):
    near = {**GOOD, **EMPTY, "id": "n1", "kind": "unanswerable", "near": "ghosh2024octo", "reason": "no cost is given",
            "words_absent_from_paper": ["invoice"]}  # fmt: skip
    cell = {
        **GOOD,
        "id": "t1",
        "kind": "table",
        "table": "Table 2",
        "row": "Octo",
        "column": "hours",
        "value": "14",
    }
    found = read([lines(tmp_path / "q.jsonl", near, cell)], PAPERS)
    assert [(one.kind, one.answerable) for one in found] == [("unanswerable", False), ("table", True)]


def test_a_file_without_questions_is_an_error(tmp_path):
    with pytest.raises(WrongUse, match="no questions"):
        read([lines(tmp_path / "q.jsonl", "")], PAPERS)


def test_bytes_that_are_no_text_are_an_error(tmp_path):
    (tmp_path / "q.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(WrongUse, match="UTF-8"):
        read([tmp_path / "q.jsonl"], PAPERS)


def test_kinds_halves_and_limits_narrow_the_run(tmp_path):
    entries = [{**GOOD, "id": f"l{i}"} for i in range(1, 5)]
    entries += [{**GOOD, **EMPTY, "id": f"u{i}", "kind": "unanswerable"} for i in range(5, 8)]
    every = read([lines(tmp_path / "q.jsonl", *entries)], PAPERS)

    def ids(**wanted):
        return [question.id for question in chosen(every, **wanted)]

    assert ids(kinds=["unanswerable"]) == ["u5", "u6", "u7"]
    assert ids(half="odd") == ["l1", "l3", "u5", "u7"]
    assert ids(half="even") == ["l2", "l4", "u6"]
    assert ids(limit=1) == ["l1", "u5"]
    assert ids(limit=1, half="even") == ["l2", "u6"]
    with pytest.raises(WrongUse, match="No question is left"):
        ids(kinds=["compare"])
