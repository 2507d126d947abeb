"""A sentence that has its source's words and says something else is not carried."""

import pytest

from assistant.support import Premise, check, supports

SOURCE = (
    "We computed the confusion matrix of the reward function given a set of 100 trajectories, using human labels as ground truth. "
    "Our method outperforms the diffusion baseline on twelve tasks. "
    "The policy does not use proprioception, and it decreases the number of collisions. "
    "We run all calls with the gpt-3.5-turbo model. "
    "Training took 14 hours on a TPU pod. "
    "In our experiments, we instead consider two relatively easy tasks with dense rewards. "
    "We then minimise the binary cross entropy loss. "
    "Sketches are expected to be easier to specify for novices than words. "
    "The data at 40 comes from the D4RL dataset. "
    "To fly outside, a controller must be robust to wind. "
    "The lattice limits the number of samples per side. "
    "We pre-train a base gait in 18k steps in the real world and the others in 3k more."
)


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ("The reward function was computed with 100 human annotators as ground truth.", "annotators"),
        ("The diffusion baseline outperforms our method on twelve tasks.", "exchanged"),
        ("The policy does use proprioception, as it decreases the number of collisions.", "denies"),
        ("The policy increases the number of collisions.", "decreases"),
        (
            "Training took 14 hours of demonstrations on a TPU pod, which made the policy safe for humans.",
            "nothing near",
        ),
        ("Training took twelve hours on a TPU pod.", "twelve"),
        ("The study found sketches easier to specify for novices than words.", "no finding"),
        ("The data at 14 comes from the D4RL dataset.", "14"),
        ("The controller is robust to wind.", "a demand"),
        (
            "The proof does not carry over to random trees because the lattice limits the number of samples per side.",
            "do not say “The proof",
        ),
    ],
)
def test_a_sentence_that_turns_its_source_around_is_not_carried(claim, why):
    found = check(claim, SOURCE)
    assert found.support == "unsupported"
    assert why in found.why


@pytest.mark.parametrize(
    "claim",
    [
        "The confusion matrix of the reward function was computed on 100 trajectories with human labels.",
        "Our method outperforms the diffusion baseline on 12 tasks.",
        "On twelve tasks the diffusion baseline is outperformed by our method.",
        "The policy does not use proprioception.",
        "The policy decreases the number of collisions.",
        "They consider two easy tasks with dense rewards.",
        "All calls are run with the gpt-3.5-turbo model.",
        "Training took 14 hours on a TPU pod.",
        "Training took 14 hours on a TPU pod, as shown in Figure 3.",
        "The method took 14 hours for training on a TPU pod.",
    ],
)
def test_a_fair_paraphrase_is_carried(claim):
    assert check(claim, SOURCE).support in ("paraphrase", "normalised", "exact")


def test_a_number_counts_where_its_sentence_stands_and_not_anywhere_in_the_passage():
    found = check("Our method outperforms the diffusion baseline on 14 tasks.", SOURCE)
    assert not found.carried
    assert "14" in found.why


def test_a_sentence_of_two_facts_may_rest_on_two_places_of_a_passage():
    found = check(
        "The policy decreases the number of collisions, and training took 14 hours on a TPU pod.", SOURCE
    )
    assert found.carried
    assert len(found.also) == 1


def test_two_premises_may_carry_a_part_each():
    premises = [
        Premise("ZeST encodes language with CLIP.", ("ZeST",)),
        Premise("LOReL encodes commands with distilBERT.", ("LOReL",)),
    ]
    verdict = supports(
        premises, "ZeST encodes language with CLIP, while LOReL encodes commands with distilBERT."
    )
    assert verdict.carried
    assert {place[0] for place in verdict.places} == {0, 1}
    assert not supports(premises[:1], "LOReL encodes commands with distilBERT.").carried


ASKED = "How many steps went into teaching the quadruped its initial base gait before the trial on the Go1?"
RESTATED = "Teaching the quadruped its initial base gait took 18,000 steps before the trial."


def test_a_sentence_may_say_the_question_again_where_its_numbers_are_there():
    assert not check(RESTATED, SOURCE).carried
    assert check(RESTATED, SOURCE, asked=ASKED).carried
    assert not check(RESTATED.replace("18,000", "19,000"), SOURCE, asked=ASKED).carried
    assert not check(RESTATED.replace("trial", "trial on the Go1"), SOURCE, asked=ASKED).carried


def test_the_question_alone_said_again_is_carried_by_nothing():
    assert not check(RESTATED.replace(" 18,000", ""), SOURCE, asked=ASKED).carried


def test_a_comparing_sentence_says_something_of_each_work():
    premises = [
        Premise("ROAM selects among behaviours with its value function in the two tasks.", ("ROAM",)),
        Premise("SPiRL selects skills in the two tasks.", ("SPiRL",)),
    ]
    assert not supports(premises[1:], "ROAM and SPiRL select with a value function in the two tasks.").carried


def test_a_denied_thing_may_be_told_as_taken_out():
    source = "Without reward reflection the average normalized score of the tasks drops by 28.6%."
    assert check(
        "The average normalized score drops by 28.6% when reward reflection is taken out.", source
    ).carried
    assert not check(
        "Reward reflection makes the average normalized score of the tasks drop by 28.6%.", source
    ).carried


def test_the_year_of_a_paper_need_not_stand_in_its_text():
    source = "We use a frame skip of 3 for Space Invaders to make the lasers visible."
    claim = "In the 2013 paper, Space Invaders gets a frame skip of 3 to make the lasers visible."
    assert not check(claim, source).carried
    assert check(claim, source, asked="Why does the 2013 paper use a frame skip of 3?").carried


def test_a_number_with_its_unit_alone_carries_nothing_that_the_question_asked_for():
    source = (
        "Starting from lying on its back, the quadruped learns to stand up and walk in 1 hour of training."
    )
    asked = "What battery life did the quadruped reach?"
    assert not check("The quadruped reached a battery life of 1 hour.", source, asked=asked).carried
    assert check(
        "The quadruped learns to stand up and walk in 1 hour.", source, asked="How long does it take?"
    ).carried
