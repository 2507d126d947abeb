from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.judge import VERDICT_GRAMMAR, model_judge
from assistant.support import Premise

SOURCE = Premise(
    "The baseline was beaten by our method on every task. A seed of LMA3 costs about USD 240.", ("LMA3",)
)


def judging(chat, kind="remote"):
    return ChosenModel("scripted", kind, chat, 6000, "")


def test_a_model_can_refuse_what_the_words_let_pass():
    chat = ScriptedChat(replies=["No."])
    verdict = model_judge(judging(chat))(
        [SOURCE], "Our method was beaten on every task, the baseline was not."
    )
    assert not verdict.carried
    assert "judge" in verdict.why
    assert "Passage 1 (LMA3): The baseline was beaten" in chat.prompts[0][1].text


def test_a_model_can_pass_what_the_words_do_not_find():
    verdict = model_judge(judging(ScriptedChat(replies=["yes"])))(
        [SOURCE], "It wins everywhere against its rival."
    )
    assert verdict.support == "paraphrase"
    assert verdict.places


def test_quotations_and_missing_numbers_are_decided_without_asking():
    chat = ScriptedChat(replies=[])
    judge = model_judge(judging(chat))
    assert judge([SOURCE], "A seed of LMA3 costs about USD 240.").support == "exact"
    assert not judge([SOURCE], "A seed of LMA3 costs about USD 999.").carried
    assert chat.prompts == []


def test_a_judge_that_fails_or_mumbles_leaves_it_to_the_words():
    claim = "One seed of LMA3 costs about USD 240."
    assert model_judge(judging(ScriptedChat(replies=[], dies_after=0)))([SOURCE], claim).carried
    assert model_judge(judging(ScriptedChat(replies=["I cannot tell"])))([SOURCE], claim).carried


def test_the_embedded_model_may_say_yes_or_no_alone():
    chat = ScriptedChat(replies=["yes"])
    model_judge(judging(chat, "embedded"))([SOURCE], "It wins everywhere against its rival.")
    assert chat.options[0]["grammar"] == VERDICT_GRAMMAR
