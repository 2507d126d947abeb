import pytest

from assistant.summaries.subject import requested, resolved
from corpus import catalogue as catalogues
from corpus.errors import WrongUse


@pytest.fixture(scope="module")
def catalogue():
    return catalogues.load()


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("eureka", "paper", "ma2023eureka"),
        ("reward-signal", "category", "generative-tools-for-rl/task/reward-signal"),
        ("diffusion policy", "category", "rl-for-generative-policies/rl-pre-training/diffusion-policy"),
        ("Diffusion Policy", "paper", "chi2023diffusionpolicy"),
        ("paper: diffusion policy", "paper", "chi2023diffusionpolicy"),
        ("topic: sim to real", "topic", "sim to real"),
    ],
)
def test_a_name_is_understood(catalogue, name, kind, target):
    subject = resolved(name, catalogue)
    assert (subject.kind, subject.target) == (kind, target)


def test_a_name_of_both_says_which_was_taken_and_how_to_have_the_other(catalogue):
    taken = resolved("diffusion policy", catalogue)
    assert taken.others == ("paper:chi2023diffusionpolicy",)
    assert "paper:chi2023diffusionpolicy" in taken.note
    assert resolved(taken.others[0], catalogue).kind == "paper"


@pytest.mark.parametrize("name", ["eurka", "rewrd signal"])
def test_a_misspelt_name_is_met_with_the_nearest(catalogue, name):
    with pytest.raises(WrongUse, match=r"Did you mean .*--topic"):
        resolved(name, catalogue)


@pytest.mark.parametrize("name", ["", "   ", "x" * 5000])
def test_no_name_or_a_whole_document_is_refused(catalogue, name):
    with pytest.raises(WrongUse):
        resolved(name, catalogue)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("summarise Eureka", "paper"),
        ("Please give me a short summary of the Eureka paper.", "paper"),
        ("Summarize the reward signal category", "category"),
        ("summarise how diffusion models are used for reward learning", "topic"),
        ("What does Eureka do?", None),
        ("How well does the summary of rewards work?", None),
        ("summarise", None),
    ],
)
def test_a_request_in_a_conversation_is_recognised(catalogue, text, kind):
    subject = requested(text, catalogue)
    assert (subject.kind if subject else None) == kind
