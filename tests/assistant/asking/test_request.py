import json
from pathlib import Path

import pytest

from assistant.asking.kinds import KINDS, examples
from assistant.asking.request import request
from assistant.asking.typed import LONGEST, checked
from corpus import catalogue as catalogues
from corpus.errors import WrongUse
from index.embedders import MiniLM

CATALOGUE = catalogues.load()
LMA3, OCTO, EUREKA, GAIL = "colas2023lma3", "ghosh2024octo", "ma2023eureka", "ho2016gail"
COST = [("What does it cost to run one seed of LMA3?", "LMA3: It costs about USD 240 [1].")]
OF_BOTH = [("How do Eureka and Text2Reward write rewards?", "Both ask a language model.")]


def read(text, history=(), embedder=None):
    return request(text, history, CATALOGUE, embedder)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many robots did Octo see in training?", "paper"),
        ("which paper lets a language model choose among skills by what the robot can do", "work"),
        ("Which works were tried on a real quadruped?", "many"),
        ("who are the people behind GAIL? authors please", "catalogue"),
        ("what does the survey say about open questions", "survey"),
        ("What is inverse reinforcement learning?", "definition"),
        ("How are language models used to shape rewards?", "broad"),
        ("Compare VIPER with GAIL", "comparison"),
        ("please summarise GAIL", "summary"),
        ("What is shown in Figure 4 of VIPER?", "part"),
        ("hi there!", "greeting"),
        ("thank you, very helpful", "thanks"),
        ("what can I ask you here?", "help"),
        ("write me a song about my cat", "outside"),
    ],
)
def test_each_kind_is_told_without_an_embedder(text, kind):
    assert read(text).kind == kind


@pytest.mark.model
def test_questions_that_no_example_holds_are_told_apart(minilm_dir):
    minilm = MiniLM(minilm_dir)
    lines = Path("bench/kinds_fresh.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    known = {text for texts in examples().values() for text in texts}
    fresh = [one for one in asked if one["question"] not in known]
    right = sum(read(one["question"], embedder=minilm).kind == one["kind"] for one in fresh)
    assert right >= 0.8 * len(fresh)
    assert {one["kind"] for one in fresh} == set(KINDS) - {"aside"}


@pytest.mark.parametrize(
    "text",
    [
        "I am a postdoc at KAIST. How many robots did Octo see in training?",
        "Good morning! How many robots did Octo see in training? Please answer in French.",
        "How many robots did Octo see in training (this is for my NSF proposal)?",
        "Hi, I'm a PhD student at UCL, how many robots did Octo see in training? Thanks in advance!",
    ],
)
def test_what_is_said_beside_the_question_is_set_aside(text):
    found = read(text)
    assert found.asked.strip("?").lower() == "how many robots did octo see in training"
    assert (found.kind, found.papers, found.typed) == ("paper", (OCTO,), text)


def test_a_list_of_names_is_no_aside():
    text = "Which is slowest: Octo, GAIL, Eureka, VIPER?"
    assert read(text).asked == text


@pytest.mark.parametrize(
    ("text", "paper", "note"),
    [
        ("How many robots does Okto use?", OCTO, "“Okto” is read as Octo."),
        ("what is desicion difuser good at", "ajay2022decisiondiffuser", "is read as Decision Diffuser."),
        ("How does Text-2-Reward use feedback?", "xie2023text2reward", ""),
        ("Does Text-to-Reward need humans?", "xie2023text2reward", "is read as Text2Reward."),
    ],
)
def test_a_misspelt_name_finds_its_paper_and_says_so(text, paper, note):
    found = read(text)
    assert found.papers == (paper,)
    assert note in " ".join(found.notes)


def test_an_acronym_with_another_letter_is_another_acronym():
    assert read("Which reward does FLAMP use?").papers == ()
    assert read("Which reward does LMAP use?").papers == read("Which reward does LAMP use?").papers != ()


def test_a_word_that_stands_in_the_papers_is_not_misspelt():
    assert request("What does Okto do?", (), CATALOGUE, known=lambda _word: True).papers == ()


@pytest.mark.parametrize(
    ("text", "approaches", "whole"),
    [
        ("compare eureka and text2reward", ("eureka", "text2reward"), True),
        ("GAIL versus VIPER versus LAMP?", ("GAIL", "VIPER", "LAMP"), True),
        ("What is the difference between diffusion policies and world models?", ("diffusion policies", "world models"), True),
        ("Contrast Octo with OpenVLA in cost and speed", None, False),
        ("compare LMA3 and Kuzzlewump", ("LMA3", "Kuzzlewump"), True),
    ],
)  # fmt: skip
def test_two_approaches_are_compared(text, approaches, whole):
    found = read(text)
    assert found.kind == "comparison"
    assert approaches is None or found.approaches == approaches
    assert (found.in_particular == "") == whole


@pytest.mark.parametrize(
    "text",
    ["How does Eureka differ from prior work?", "Compare the papers on world models", "compare the two"],
)
def test_what_names_no_two_is_answered_as_a_question(text):
    assert read(text).approaches == ()


@pytest.mark.parametrize(
    ("text", "kind", "target", "length"),
    [
        ("Summarize eureka in one line", "paper", EUREKA, "line"),
        ("tl;dr of VIPER", "paper", "escontrela2023viper", "line"),
        ("Give me a summary of world models in a paragraph", "category", "generative-tools-for-rl/base-model/world-model", "paragraph"),
    ],
)  # fmt: skip
def test_a_summary_knows_its_subject_and_length(text, kind, target, length):
    found = read(text)
    assert (found.subject.kind, found.subject.target, found.length) == (kind, target, length)


def test_which_of_these_is_asked_of_the_list_before():
    asked = "Which papers use world models?"
    found = read("Which of these are from 2024?", [(asked, "The list holds 22 papers.")])
    members = {p.id for p in CATALOGUE.papers_of("generative-tools-for-rl/base-model/world-model")}
    assert set(found.among) == members
    assert found.kind == "catalogue"


def test_a_list_that_was_answered_in_words_is_remembered_too():
    said = "GAIL and VIPER do [1], and Eureka does [2]."
    found = read("which of those need demonstrations?", [("Which works should a newcomer read first?", said)])
    assert set(found.among) == {GAIL, "escontrela2023viper", EUREKA}


def test_the_two_are_those_spoken_of_last():
    history = [("How does Eureka write rewards?", "In code [1]."), ("And Octo?", "It does not [1].")]
    assert set(read("Which of the two uses a transformer?", history).papers) == {EUREKA, OCTO}
    assert set(read("compare both", OF_BOTH).approaches) == {"paper:ma2023eureka", "paper:xie2023text2reward"}


def test_another_name_alone_asks_the_question_before_of_it():
    found = read("And Octo?", [("How does Eureka write rewards?", "In code [1].")])
    assert (found.asked, found.papers) == ("How does Octo write rewards?", (OCTO,))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Who wrote it?", "catalogue"), ("and its limits?", "paper"), ("summarise it", "summary"), ("And how long does it take?", "paper")],
)  # fmt: skip
def test_it_is_the_paper_before(text, kind):
    found = read(text, COST)
    assert (found.papers, found.kind) == ((LMA3,), kind)


def test_the_examples_of_a_greeting_are_not_spoken_of():
    said = "Hello. Three things to try: “How does Eureka write reward functions?”"
    assert read("Who wrote it?", [*COST, ("good morning", said)]).papers == (LMA3,)


def test_a_follow_up_is_looked_up_with_the_turn_before():
    found = read("And how long does it take?", COST)
    assert found.leaned
    assert found.standalone.endswith(found.asked)
    assert "LMA3" in found.standalone
    assert "cost" in found.search


def test_a_question_that_stands_alone_is_left_as_it_is():
    text = "Which hardware was used to pretrain the larger Octo model?"
    found = read(text, COST)
    assert (found.search, found.papers, found.leaned) == (text, (OCTO,), False)


def test_it_compared_with_another():
    assert set(read("compare it with VIPER", COST).approaches) == {"paper:colas2023lma3", "VIPER"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Roboter hat Octo im Training gesehen?", "German"),
        ("Combien de robots pour entraîner Octo ?", "French"),
        ("Octo 是用多少机器人训练的?", "Chinese"),
        ("How many robots did Octo see in training?", "English"),
        ("die-cutting with GAIL?", "English"),
    ],
)
def test_the_language_of_a_question_is_known(text, language):
    assert read(text).language == language


def test_what_is_asked_of_each_of_two_papers_is_told_apart():
    asked = read("Which OpenAI model does LMA3 run on, and which one writes Eureka's rewards by default?")
    assert dict(asked.each) == {
        LMA3: "Which OpenAI model does LMA3 run on?",
        EUREKA: "Which OpenAI model writes Eureka's rewards by default?",
    }


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


def test_what_the_survey_says_is_asked_of_the_survey_alone():
    before = [("Which papers learn rewards from videos?", "DVD and RoboCLIP do.")]
    for history in ((), before):
        read = request("What does this survey mean by duality?", history, CATALOGUE)
        assert (read.papers, read.leaned) == (("moroncelli2024duality",), False)
    assert request("How does Octo mean duality?", (), CATALOGUE).papers == ("ghosh2024octo",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("who wrote the survey?", "catalogue"),
        ("Which authors wrote this survey?", "catalogue"),
        ("According to the survey, what remains unsolved?", "survey"),
        ("Which families of papers does the review compare?", "survey"),
    ],
)
def test_who_wrote_the_survey_is_a_matter_of_the_list_and_what_it_says_is_not(text, kind):
    found = read(text)
    assert (found.papers, found.kind) == (("moroncelli2024duality",), kind)


def test_a_short_question_with_a_subject_of_its_own_is_not_read_as_a_follow_up():
    before = [("How does Eureka write reward functions?", "EUREKA writes code.")]
    assert request("Which papers use world models?", before, CATALOGUE).papers == ()
    assert request("Which works train with PPO?", before, CATALOGUE).papers == ()
    assert request("How many robots?", before, CATALOGUE).papers == ("ma2023eureka",)
