import re

import pytest

from assistant.asking.listed import listed
from assistant.asking.request import request
from assistant.asking.told import told
from assistant.screening.answering import by_facts
from corpus import catalogue as catalogues

CATALOGUE = catalogues.load()


def computed(text, catalogue=CATALOGUE, history=()):
    asked = request(text, history, catalogue)
    return listed(asked, catalogue) or by_facts(asked, catalogue)


def count(found):
    return sum(bool(found(paper)) for paper in CATALOGUE.curated)


def test_how_many_papers_is_counted():
    answer = computed("How many papers are in the list?")
    assert str(len(CATALOGUE.curated)) in answer.text
    assert not answer.refused
    assert answer.claims
    assert "computed" in answer.model
    assert answer.tokens == {}


WORLD = {p.id for p in CATALOGUE.papers_of("generative-tools-for-rl/base-model/world-model")}
LLM = {p.id for p in CATALOGUE.papers_of("generative-tools-for-rl/base-model/llm")}


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("How many papers appeared in 2023?", lambda p: p.year == 2023),
        ("How many papers appeared since 2024?", lambda p: p.year >= 2024),
        ("How many papers appeared after 2023?", lambda p: p.year > 2023),
        ("How many papers appeared before 2022?", lambda p: p.year < 2022),
        ("How many papers appeared between 2021 and 2022?", lambda p: p.year in (2021, 2022)),
        ("How many papers from 2022 or 2023 are there?", lambda p: p.year in (2022, 2023)),
        ("How many papers from ICLR and ICML are there?", lambda p: re.search("ICLR|ICML", p.venue or "")),
        (
            "How many papers by Levine and Finn are there?",
            lambda p: {"Sergey Levine", "Chelsea Finn"} <= {*p.authors},
        ),
        ("How many papers are not from 2023?", lambda p: p.year != 2023),
        ("How many papers don't use world models?", lambda p: p.id not in WORLD),
        ("How many papers use LLMs or world models?", lambda p: p.id in LLM | WORLD),
        ("How many papers from 2023 do not use LLMs?", lambda p: p.year == 2023 and p.id not in LLM),
        ("How many papers are by Sergey Levine?", lambda p: "Sergey Levine" in p.authors),
        ("how many papers were published at corl", lambda p: "CoRL" in (p.venue or "")),
        ("How many papers appeared at ICRA 2024?", lambda p: (p.venue or "") == "ICRA 2024"),
    ],
)
def test_a_selection_is_counted_as_the_catalogue_has_it(question, fits):
    answer = computed(question)
    expected = count(fits)
    assert f" {expected} paper" in answer.text
    assert {source.paper for source in answer.sources} <= {p.id for p in CATALOGUE.curated if fits(p)}


def test_papers_of_a_category_are_listed_each_a_source_of_its_own():
    answer = computed("Which papers are filed under video prediction model?")
    members = CATALOGUE.papers_of("generative-tools-for-rl/base-model/video-prediction-model")
    assert {c.citations[0].paper for c in answer.claims} == {p.id for p in members}
    for claim in answer.claims:
        (citation,) = claim.citations
        assert claim.support == "exact"
        assert (citation.source, citation.page) == ("table", None)
        assert citation.quote == answer.sources[citation.n - 1].text


def test_a_list_is_narrowed_by_what_is_asked_of_these():
    asked = "Which papers use world models?"
    answer = computed("Which of these are from 2024?", history=[(asked, computed(asked).text)])
    expected = {p.id for p in CATALOGUE.curated if p.id in WORLD and p.year == 2024}
    assert {source.paper for source in answer.sources} == expected


def test_a_year_without_papers_is_an_honest_nought():
    answer = computed("How many papers appeared in 1990?")
    assert "0 papers" in answer.text
    assert answer.sources == ()


def test_all_that_is_asked_of_a_paper_is_told_from_its_record():
    paper = CATALOGUE.by_id["sridhar2023nomad"]
    answer = computed("who are the authors of NoMaD, at which conference was it and is there code?")
    assert all(author in answer.text for author in paper.authors)
    assert paper.venue in answer.text
    assert "code" in answer.text
    assert [source.paper for source in answer.sources] == [paper.id]
    assert "@" in computed("give me the bibtex for NoMaD").text


def test_who_wrote_it_is_told_as_for_the_name():
    history = [("What is GAIL?", "An imitation learner [1].")]
    assert "Jonathan Ho" in computed("and who wrote it?", history=history).text


def test_the_categories_can_be_asked_for():
    assert str(len(list(CATALOGUE.taxonomy))) in computed("Which categories are there?").text


@pytest.mark.parametrize(
    "question",
    [
        "What does it cost to run one seed of LMA3?",
        "How many demonstrations does Decision Diffuser need?",
        "Which papers report failures with transparent objects?",
        "How many papers train on eight GPUs?",
        "When does Octo fail?",
        "Compare Octo and OpenVLA.",
        "How are VLMs used as rewards?",
    ],
)
def test_what_only_the_papers_can_say_is_left_to_them(question):
    assert computed(question) is None


def test_a_paper_of_ones_own_is_not_of_the_surveys_list():
    with_own = CATALOGUE.with_papers([catalogues.Paper(id="mine", title="My Own Notes", year=2023)])
    question = "How many papers are in the list?"
    assert computed(question, with_own).text == computed(question).text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("good evening", "Three things to try"),
        ("thanks a lot", "welcome"),
        ("what are you able to do?", "Three things to try"),
        ("please write me a poem about my mother", "only answer questions about"),
    ],
)
def test_small_talk_is_answered_and_cites_nothing(text, says):
    answer = told(request(text, (), CATALOGUE), CATALOGUE)
    assert says in answer.text
    assert answer.claims == answer.sources == ()
