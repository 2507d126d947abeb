"""Figures that can be worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.statistics import difference, estimate, mcnemar


def yes_no(*answers):
    return [(float(answer), 1.0) for answer in answers]


@pytest.mark.parametrize(
    ("b", "c", "p"),
    [
        (1, 9, 0.021484375),  # 2 * (1 + 10) / 1024
        (9, 1, 0.021484375),
        (0, 5, 0.0625),
        (0, 6, 0.03125),
        (5, 5, 1.0),
        (0, 0, 1.0),
        (0, 1, 1.0),
        (4, 13, 0.049041748046875),  # 2 * (1 + 17 + 136 + 680 + 2380) / 2 ** 17
    ],
)
def test_mcnemar_is_the_exact_binomial(b, c, p):
    assert mcnemar(b, c) == pytest.approx(p, abs=1e-15)


def test_the_interval_of_a_mean_is_the_binomials():
    # Five of ten: Bin(10, 1/2) has P(X <= 1) = .0107 and P(X <= 2) = .0547, so its 2.5 % point is 2.
    found = estimate(yes_no(*[1] * 5, *[0] * 5))
    assert (found.value, found.low, found.high, found.n, found.of) == (0.5, 0.2, 0.8, 10, 10)


def test_questions_are_drawn_and_not_their_claims():
    # One question with nine right claims, one with a wrong one: a draw is 0/2, 9/10 or 18/18.
    found = estimate([(9.0, 9.0), (0.0, 1.0)])
    assert (found.value, found.low, found.high, found.n, found.of) == (0.9, 0.0, 1.0, 2, 10)


def test_what_was_not_measured_is_left_out_and_nothing_measured_is_none():
    assert estimate([(1.0, 1.0), (0.0, 0.0)]).n == 1
    assert estimate([(0.0, 0.0)]) is None
    assert estimate([]) is None


@given(st.lists(st.tuples(st.floats(0, 5), st.just(1.0)), min_size=1, max_size=12))
def test_the_value_lies_in_its_interval_and_the_same_seed_gives_the_same(pairs):
    found = estimate(pairs, draws=400)
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9 or found.n < 4
    assert found == estimate(pairs, draws=400)


def test_a_paired_difference_counts_who_differs():
    old = yes_no(*[1] * 1, *[0] * 9, *[1] * 10)
    new = yes_no(*[0] * 1, *[1] * 9, *[1] * 10)
    found = difference(old, new, binary=True)
    assert (found.old, found.new, found.difference, found.n) == (0.55, 0.95, pytest.approx(0.4), 20)
    assert (found.only_old, found.only_new, found.p, found.test) == (1, 9, 0.021484375, "mcnemar")
    assert 0.1 < found.low < 0.4 < found.high < 0.7


def test_a_constant_difference_of_means_is_certain():
    found = difference([(x, 1.0) for x in (1, 2, 3)], [(x + 0.5, 1.0) for x in (1, 2, 3)], binary=False)
    assert (found.difference, found.low, found.high, found.test) == (0.5, 0.5, 0.5, "bootstrap")
    assert found.p == 0.25  # three questions, all for the new side: 2 / 2 ** 3, whatever the bootstrap says
    many = difference([(x, 1.0) for x in range(20)], [(x + 0.5, 1.0) for x in range(20)], binary=False)
    assert many.p == pytest.approx(2 / 4001)


def test_no_difference_is_no_evidence():
    same = [(x, 1.0) for x in (1, 2, 3)]
    assert difference(same, same, binary=False).p == 1.0


def test_only_questions_measured_on_both_sides_are_paired():
    found = difference([(1, 1), (0, 0), (1, 1)], [(0, 1), (1, 1), (0, 0)], binary=True)
    assert (found.n, found.only_old, found.only_new) == (1, 1, 0)
    assert difference([(1, 1)], [(0, 0)], binary=True) is None
