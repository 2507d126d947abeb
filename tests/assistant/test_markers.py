import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.markers import flowing, take_out


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
        ("It costs 240 [2, p. 7].", (2,)),
        ("It costs 240 [Document 3].", (3,)),
        ("It costs 240 [E1].", (1,)),
        ("It costs 240 [^2].", (2,)),
        ("It costs 240 [[2]](#two).", (2,)),
        ("It costs 240 <sup>3</sup>.", (3,)),
        ("It costs 240 (1).", (1,)),
        ("It costs 240 (source: [2]).", (2,)),
        ("It costs 240.²", (2,)),
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
        "Scores between [1, 3] are clipped.",
        "It reads x[2] first.",
        "It minimises equation (2).",
        "The table measures 2 m².",
        "In 2024 (9).",
    ],
)
def test_what_is_no_marker_stays(sentence):
    assert take_out(sentence, {1, 2, 3}).text == sentence
    assert take_out(sentence, {1, 2, 3}).numbers == ()


def test_markers_inside_markers_are_all_taken_out():
    assert take_out("It costs 240 [1 [2]].", {1, 2}).text == "It costs 240."


def test_a_huge_range_is_cut_short():
    assert take_out("It costs 240 [1-999999999].", {1}).unknown < 50


@settings(deadline=None)
@given(st.text(alphabet="ab 12[](),.-–;sourceSOURCE", max_size=40), st.sets(st.integers(1, 5)))
def test_nothing_that_points_nowhere_is_left(sentence, handed_out):
    marked = take_out(sentence, handed_out)
    assert set(marked.numbers) <= handed_out
    assert len(set(marked.numbers)) == len(marked.numbers)
    assert take_out(marked.text, handed_out).numbers == ()


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


def read(text, handed_out=(1, 2, 3)):
    """The sentences of a reply with what each cites."""
    from corpus.sentences import sentences

    flow = flowing(text, handed_out)
    found = [take_out(flow[start:end], set(handed_out)) for start, end in sentences(flow)]
    return [(marked.text, marked.numbers) for marked in found if marked.text or marked.numbers]


OTTER, HERON = "The otter dives for plates", "The heron waits for fish"


@pytest.mark.parametrize(
    "reply",
    [
        f"{OTTER} [1]. {HERON} [2].",
        f"{OTTER}. [1] {HERON}. [2]",
        f"1. {OTTER} [1].\n2. {HERON} [2].",
        f"- **{OTTER}** [1].\n- *{HERON}* [2].\n",
        f"| {OTTER} [1]. |\n|---|\n| {HERON} [2]. |",
        f"> {OTTER} [1].\n> {HERON} [2].",
        f"{OTTER}.¹ {HERON}.²",
        f"{OTTER} [1, page 12]. {HERON} [2, pp. 3–4].",
        f"Answer: {OTTER} [1]. {HERON} [2].",
        f"{OTTER} [1]. {HERON} [2].\n\n**Sources:**\n- [1] Otter, page 3\n- [2] Heron, page 1",
    ],
)
def test_a_reply_in_any_dress_is_the_same_sentences(reply):
    assert read(reply) == [(f"{OTTER}.", (1,)), (f"{HERON}.", (2,))]


def test_programs_and_formulas_stay_as_they_are():
    program = "```python\nx = obs[1]  # (2)\n- y\n```"
    flow = flowing(f"It reads:\n{program}\nOver $t \\in [1, 3]$ it holds [2].", (1, 2, 3))
    assert program in flow
    assert read("Over $t \\in [1, 3]$ it holds [2].") == [("Over $t \\in [1, 3]$ it holds.", (2,))]


def test_a_number_that_was_not_handed_out_is_no_marker_in_a_form_of_its_own():
    assert read("Rates rise to (9).") == [("Rates rise to (9).", ())]
