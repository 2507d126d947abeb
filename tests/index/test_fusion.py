from hypothesis import given, settings
from hypothesis import strategies as st

from index.fusion import fused, stretched

lists = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1e6, 1e6), max_size=8).map(
    lambda scores: sorted(scores.items(), key=lambda item: -item[1])
)


@settings(deadline=None)
@given(lists, lists, st.floats(0, 1))
def test_every_id_of_either_list_gets_one_score_between_0_and_1(dense, keywords, weight):
    scores = fused(dense, keywords, weight)
    assert scores.keys() == {i for i, _ in dense} | {i for i, _ in keywords}
    assert all(-1e-9 <= score <= 1 + 1e-9 for score in scores.values())


@settings(deadline=None)
@given(lists, lists)
def test_with_all_weight_on_one_list_its_order_decides(dense, keywords):
    scores = fused(dense, keywords, 1.0)
    order = [scores[identity] for identity, _ in dense]
    assert order == sorted(order, reverse=True)
    assert all(scores[i] == 0 for i, _ in keywords if i not in dict(dense))


@settings(deadline=None)
@given(lists)
def test_scale_and_offset_of_a_list_do_not_matter(ranked):
    moved = [(identity, 2.0 * score + 8.0) for identity, score in ranked]
    before, after = stretched(ranked), stretched(moved)
    spread = max((s for _, s in ranked), default=0) - min((s for _, s in ranked), default=0)
    if spread > 1e-3:
        assert all(abs(before[i] - after[i]) < 1e-3 for i in before)


def test_what_both_lists_find_goes_before_what_one_of_them_finds():
    scores = fused(
        [("both", 0.9), ("dense", 0.9), ("last", 0.1)], [("both", 7.0), ("said", 7.0), ("last", 1.0)]
    )
    assert max(scores, key=lambda identity: scores[identity]) == "both"


def test_empty_lists_give_nothing_and_equal_scores_are_all_first():
    assert fused([], []) == {}
    assert stretched([("a", 3.0), ("b", 3.0)]) == {"a": 1.0, "b": 1.0}
