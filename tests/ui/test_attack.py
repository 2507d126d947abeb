"""A seeded tenth of the requests of bench/attack.py: nothing read, nothing written, no 5xx, no traceback."""

from __future__ import annotations

from bench import attack


def test_no_route_and_no_function_gives_way_to_hostile_values() -> None:
    outcome, said = attack.run(seed=7, rounds=0, share=0.1)
    assert outcome.faults == []
    assert outcome.sent > 500
    assert {200, 403, 404, 422} <= set(outcome.statuses)
    assert "Traceback" not in said
