import pytest

from assistant.support.calibration import Calibration
from assistant.support.judge import Judge, Premise
from assistant.support.program import states_nothing

SOURCE = Premise(
    "The baseline was beaten by our method on every task. A seed of LMA3 costs about USD 240, "
    "which does not include the pre-training of the language model.",
    ("LMA3",),
)


class Scripted:
    """A scorer that says one score of everything, and keeps what it was asked."""

    name, kind, contradicts = "scripted", "embedded", None

    def __init__(self, score, reads="same words"):
        self.score, self.reads, self.asked = score, reads, []

    def scores(self, heard, stopped):
        self.asked += [claim for claim, _ in heard]
        return [self.score] * len(heard)


def rules(score, reads="same words"):
    scorer = Scripted(score, reads)
    return Judge(scorer, Calibration(1.0, 0.0, 0.8)), scorer


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("A seed of LMA3 costs about USD 240", "exact"),
        ("a seed of LMA-3 costs about USD 240.", "normalised"),
        ("One seed of LMA3 costs about USD 240.", "same words"),
        ("One seed of LMA3 costs about USD 24.", "unsupported"),
        ("One seed of Octo costs about USD 240.", "unsupported"),
        ("Nobody has measured how much electricity that took.", "unsupported"),
    ],
)
def test_words_alone_show_nothing_but_quotes_as_support(claim, support):
    verdict = Judge()(claim, [SOURCE])
    assert verdict.support == support
    assert verdict.carried == (support in ("exact", "normalised"))
    assert verdict.probability is None


def test_a_sentence_that_turns_its_source_around_is_same_words_and_no_more():
    verdict = Judge()("Our method was beaten by the baseline on every task.", [SOURCE])
    assert (verdict.support, verdict.carried, verdict.judge) == ("same words", False, "words")


def test_a_scorer_decides_from_the_calibrations_threshold_on():
    claim = "One seed of LMA3 costs about USD 240."
    sure = rules(3.0)[0](claim, [SOURCE])
    assert (sure.support, sure.judge, round(sure.probability, 2)) == ("entailed", "scripted", 0.95)
    assert SOURCE.text[slice(*sure.places[0][1:])].startswith("A seed of LMA3 costs")
    unsure = rules(0.5)[0](claim, [SOURCE])
    assert (unsure.support, unsure.carried) == ("same words", False)
    assert "0.62" in unsure.why
    assert rules(-0.5)[0](claim, [SOURCE]).support == "unsupported"
    assert rules(None)[0](claim, [SOURCE]).probability is None


def test_a_scorer_is_asked_only_what_it_may_rule_on():
    claims = [
        "A seed of LMA3 costs about USD 240",  # a quote
        "One seed of LMA3 costs about USD 240.",  # the same words
        "It wins everywhere against its rival.",  # other words
        "Die Pariser Methode kostet rund 240 USD.",  # names that the source lacks, in another language
        "One seed costs about USD 999.",  # a number that it lacks
    ]
    for reads, count in (("same words", 1), ("wording", 2), ("meaning", 3)):
        judge, scorer = rules(9.0, reads)
        verdicts = judge.all_of([(claim, [SOURCE]) for claim in claims])
        assert scorer.asked == claims[1 : 1 + count]
        assert verdicts[-1].support == "unsupported"


@pytest.mark.parametrize(
    ("line", "nothing"),
    [
        ("Main results:", True),
        ("Some helpful tips for writing the reward function code:.", True),
        ("## Limitations", True),
        ("No, it does not.", True),
        ("Yes.", True),
        ("8 hours.", False),
        ("It was PPO.", False),
        ("The policy fails outdoors.", False),
    ],
)
def test_what_states_nothing_is_known(line, nothing):
    assert states_nothing(line) is nothing
