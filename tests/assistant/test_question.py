import pytest

from assistant.question import LONGEST, checked, understood
from corpus import catalogue as catalogues
from corpus.errors import WrongUse

CATALOGUE = catalogues.load()
LMA3, OCTO = "colas2023lma3", "ghosh2024octo"
HISTORY = [("What does it cost to run one seed of LMA3?", "LMA3: It costs about USD 240 [1].")]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n\t", "…"])
def test_an_empty_question_is_met_with_an_example(text):
    with pytest.raises(WrongUse, match="empty"):
        checked(text)


def test_a_document_is_not_a_question():
    with pytest.raises(WrongUse, match=r"100,000 characters"):
        checked("words " * 16_666 + "last")
    assert checked("w" * LONGEST)


def test_text_that_cannot_be_written_out_is_made_harmless():
    assert checked("How does \ud800Octo work?").encode("utf-8")


def test_papers_that_are_named_are_recognised():
    question = understood("How do Octo and LMA3 differ?", (), CATALOGUE)
    assert set(question.papers) == {OCTO, LMA3}
    assert (question.standalone, question.leaned) == ("How do Octo and LMA3 differ?", False)


@pytest.mark.parametrize(
    "text", ["And how long does it take?", "Why?", "What about its reward function?", "Which model?"]
)
def test_a_follow_up_is_about_the_paper_before(text):
    question = understood(text, HISTORY, CATALOGUE)
    assert question.leaned
    assert question.papers == (LMA3,)
    assert question.asked == text
    assert "LMA3" in question.standalone
    assert question.standalone.endswith(text)
    assert "cost" in question.search


def test_a_follow_up_reaches_back_over_turns_that_name_nothing():
    history = [*HISTORY, ("And how long does it take?", "About two days.")]
    assert understood("Why is it so long?", history, CATALOGUE).papers == (LMA3,)


def test_a_follow_up_may_turn_to_another_paper():
    assert understood("And Octo?", HISTORY, CATALOGUE).papers[0] == OCTO


def test_a_question_that_stands_alone_is_left_as_it_is():
    text = "Which hardware was used to pretrain the larger Octo model?"
    question = understood(text, HISTORY, CATALOGUE)
    assert (question.search, question.papers, question.leaned) == (text, (OCTO,), False)


def test_without_a_conversation_nothing_is_leaned_on():
    assert not understood("Why?", (), CATALOGUE).leaned


def test_what_is_asked_of_each_of_two_papers_is_told_apart():
    asked = understood(
        "Which OpenAI model does LMA3 run on, and which one writes Eureka's rewards by default?",
        (),
        CATALOGUE,
    )
    assert dict(asked.each) == {
        "colas2023lma3": "Which OpenAI model does LMA3 run on?",
        "ma2023eureka": "Which OpenAI model writes Eureka's rewards by default?",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Which sensor inputs does MWM work from, compared with DayDreamer?",
        "How do LMA3 and Eureka use GPT-4, and what does it cost?",
        "How long did pretraining Octo take, and on which hardware?",
        "What does LMA3 cost, and what of Eureka?",
    ],
)
def test_a_question_put_to_both_or_one_is_left_whole(text):
    assert understood(text, (), CATALOGUE).each == ()
