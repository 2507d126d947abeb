import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.markers import BARE, MARKER, numbers_in, take_out


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("It costs 240 [1].", (1,)),
        ("It costs 240. [1, 2]", (1, 2)),
        ("It costs 240 [1-3].", (1, 2, 3)),
        ("It costs 240 [1–3].", (1, 2, 3)),
        ("It costs 240 [1][2].", (1, 2)),
        ("It costs 240 [1; 3].", (1, 3)),
        ("It costs 240 [1 and 2].", (1, 2)),
        ("It costs 240 [source 1].", (1,)),
        ("It costs 240 [Passage 2].", (2,)),
        ("It costs 240 (source 3).", (3,)),
        ("It [2] costs 240 [2].", (2,)),
    ],
)
def test_every_way_of_marking_is_read_and_taken_out(sentence, numbers):
    marked = take_out(sentence, {1, 2, 3})
    assert (marked.text, marked.numbers, marked.unknown) == ("It costs 240.", numbers, 0)


def test_numbers_that_were_not_handed_out_are_removed_and_counted():
    marked = take_out("It costs 240 [1, 7][9].", {1, 2})
    assert (marked.text, marked.numbers, marked.unknown) == ("It costs 240.", (1,), 2)


@pytest.mark.parametrize(
    "sentence",
    [
        "Rates rise (1) and fall.",
        "See page 3.",
        "A [sic] error.",
        "It has 2 arms.",
        "As [Chen et al., 2020] say.",
        "Rewards lie in [0, 1].",
    ],
)
def test_what_is_no_marker_stays(sentence):
    assert take_out(sentence, {1, 2, 3}).text == sentence
    assert take_out(sentence, {1, 2, 3}).numbers == ()


def test_markers_inside_markers_are_all_taken_out():
    assert take_out("It costs 240 [1 [2]].", {1, 2}).text == "It costs 240."


def test_a_huge_range_is_cut_short():
    assert len(numbers_in("[1-999999999]")) < 50


@settings(deadline=None)
@given(st.text(alphabet="ab 12[](),.-–;sourceSOURCE", max_size=40), st.sets(st.integers(1, 5)))
def test_nothing_that_points_nowhere_is_left(sentence, handed_out):
    marked = take_out(sentence, handed_out)
    assert set(marked.numbers) <= handed_out
    assert len(set(marked.numbers)) == len(marked.numbers)
    assert not MARKER.search(marked.text)
    assert not BARE.search(marked.text)
    assert take_out(marked.text, handed_out) == type(marked)(marked.text, (), 0)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["Octo", "costs", "240", "in", "all"]), min_size=1), st.lists(st.integers(1, 9))
)
def test_words_survive_whatever_is_marked(words, numbers):
    markers = "".join(f"[{n}]" for n in numbers)
    marked = take_out(f"{' '.join(words)} {markers}.", {1, 2, 3})
    assert re.sub(r"\.$", "", marked.text) == " ".join(words)
    assert marked.unknown == sum(n > 3 for n in numbers)
    assert set(marked.numbers) == {n for n in numbers if n <= 3}
