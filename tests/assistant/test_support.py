import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.support import check
from assistant.wording import names, numbers
from corpus.sentences import sentences

SOURCE = (
    "We place the agent in a text-based kitchen. A given seed of LMA3 runs for 10,000 episodes and costs about USD 240. "
    "We choose the probability of removing the conditioning information to be 0.25. "
    "The GPT-4 model rewrites twelve goals per episode, which improved the success rate by 15 percent. "
    "It is trained on 10–20 tasks with a Vision Transformer."
)


def support(claim, source=SOURCE, **more):
    return check(claim, source, **more).support


def test_the_very_words_are_exact():
    found = check("A given seed of LMA3 runs for 10,000 episodes and costs about USD 240.", SOURCE)
    assert found.support == "exact"
    assert SOURCE[found.start : found.end].startswith("A given seed of LMA3 runs")


def test_case_hyphens_and_typography_make_it_normalised():
    assert (
        support("we place the agent in a “text based” kitchen".replace(" based", "-based").upper())
        == "normalised"
    )
    assert support("We place the agent in a textbased kitchen") == "normalised"


def test_the_same_facts_in_other_words_are_a_paraphrase():
    found = check("One seed of LMA3 costs about USD 240 for 10,000 episodes.", SOURCE)
    assert found.support == "paraphrase"
    assert "USD 240" in SOURCE[found.start : found.end]


@pytest.mark.parametrize(
    "claim",
    [
        "The probability of removing the conditioning information is 25%.",
        "The probability of removing the conditioning information is 25 percent.",
        "A seed of LMA3 runs for 10000 episodes and costs USD 240.",
        "A seed of LMA3 runs for 10k episodes and costs USD 240.",
        "GPT-4 rewrites 12 goals per episode.",
        "The success rate improved by 15%.",
    ],
)
def test_a_number_may_be_written_in_another_way(claim):
    assert support(claim) == "paraphrase"


@pytest.mark.parametrize(
    "claim",
    [
        "A given seed of LMA3 runs for 10,000 episodes and costs about USD 440.",
        "A given seed of LMA3 runs for 10,000 episodes and costs about USD 24.",
        "A given seed of LMA3 runs for 10,000 episodes and costs about USD 24",
        "A given seed of LMA3 runs for 1,000 episodes and costs about USD 240.",
        "A given seed of LMA3 runs for 10,000 episodes and costs about USD 40.",
        "We choose the probability of removing the conditioning information to be 0.2.",
        "We choose the probability of removing the conditioning information to be 0.5.",
        "The GPT-4 model rewrites thirteen goals per episode.",
        "The GPT-4 model rewrites 2 goals per episode.",
        "It is trained on 1020 tasks with a Vision Transformer.",
        "The success rate improved by 5 percent.",
    ],
)
def test_another_number_is_unsupported(claim):
    assert support(claim) == "unsupported"


@pytest.mark.parametrize(
    "claim",
    [
        "The GPT-3 model rewrites twelve goals per episode.",
        "The PaLM model rewrites twelve goals per episode.",
        "A given seed of Voyager runs for 10,000 episodes.",
        "It is trained on tasks with a Vision Language transformer of CLIP.",
    ],
)
def test_a_name_the_source_does_not_hold_is_unsupported(claim):
    assert support(claim) == "unsupported"


def test_a_name_is_not_met_by_letters_inside_other_words():
    source = "There was no opportunity to train the policy with another optimiser on the robot."
    assert support("The policy was trained with PPO on the robot.", source) == "unsupported"
    assert check("The policy was trained with PPO.", source).missing == ("PPO",)


@pytest.mark.parametrize("written", ["GPT 4", "GPT4", "gpt-4", "GPT-4's"])
def test_a_name_may_be_joined_in_another_way(written):
    assert support(f"The {written} model rewrites twelve goals per episode.") in (
        "paraphrase",
        "normalised",
        "exact",
    )


def test_the_papers_own_name_need_not_stand_in_the_passage():
    claim = "HoverNet places the agent in a text-based kitchen."
    assert support(claim) == "unsupported"
    assert support(claim, known=("HoverNet", "HoverNet: Flying over Kitchens")) == "paraphrase"


def test_what_the_source_does_not_speak_of_is_unsupported():
    assert support("The robot learns to fold shirts from human videos.") == "unsupported"
    assert support("anything", "") == "unsupported"


def test_vectors_can_speak_for_a_freer_paraphrase_and_never_for_numbers():
    claim = "The agent lives inside a kitchen made of words and sentences."
    assert support(claim, meaning=lambda *_: 0.0) == "unsupported"
    assert support(claim, meaning=lambda *_: 0.9) in ("paraphrase", "unsupported")
    assert support("The agent costs USD 999 in the kitchen.", meaning=lambda *_: 1.0) == "unsupported"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("25%", {25, 0.25}),
        ("10,000 and 10, 000 and 10 000", {10_000}),
        ("10k", {10_000}),
        ("1.5 million", {1_500_000}),
        ("seeds 1, 2, 3", {1, 2, 3}),
        ("in 2023 10 tasks", {2023, 10}),
        ("twelve", {12}),
        ("1e-4", {0.0001}),
        ("no number", set()),
    ],
)
def test_numbers_are_read_by_value(text, values):
    assert numbers(text) == values


def test_the_number_of_a_reference_is_no_fact():
    source = "The planner learns many tasks from demonstrations [12], with rewards in [0, 1]."
    assert support("The planner learns 12 tasks from demonstrations.", source) == "unsupported"
    assert support("The planner learns from demonstrations with rewards in 0 to 1.", source) == "paraphrase"


def test_names_are_words_with_capitals_that_do_not_just_open_the_sentence():
    assert names("Training with PPO and GPT-4 made LMA3 beat Voyager.") == {"PPO", "GPT-4", "LMA3", "Voyager"}


@settings(deadline=None)
@given(st.sampled_from([SOURCE[a:b] for a, b in sentences(SOURCE)]))
def test_every_sentence_of_a_source_is_carried_and_located(sentence):
    found = check(sentence, SOURCE)
    assert found.support == "exact"
    assert sentence.rstrip(".") in SOURCE[found.start : found.end]


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_can_be_checked_and_the_window_lies_in_the_source(claim, source):
    found = check(claim, source)
    assert 0 <= found.start <= found.end <= len(source)
    assert 0 <= found.cover <= 1


def test_a_long_name_may_stand_for_its_short_form():
    source = "The agent is trained by PPO to find failures of the policy."
    assert check(
        "The agent is trained by Proximal Policy Optimization (PPO) to find failures.", source
    ).carried
    assert not check("The agent is trained by Soft Actor Critic (SAC) to find failures.", source).carried


def test_a_plain_word_written_as_a_name_is_known_by_its_root():
    source = "The best backbone was Image + Text with a contrastive loss."
    assert check("The best backbone was Image + Textual with a contrastive loss.", source).carried
    assert not check("The best backbone was Image + Video with a contrastive loss.", source).carried
