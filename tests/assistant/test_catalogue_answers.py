import pytest

from assistant.catalogue_answers import computed
from corpus import catalogue as catalogues

CATALOGUE = catalogues.load()


def test_how_many_papers_is_counted():
    answer = computed("How many papers are in the list?", CATALOGUE)
    assert str(len(CATALOGUE.curated)) in answer.text
    assert not answer.refused
    assert answer.claims


def test_a_category_is_counted_as_the_catalogue_files_it():
    answer = computed("How many papers use world models?", CATALOGUE)
    members = CATALOGUE.papers_of("generative-tools-for-rl/base-model/world-model")
    assert f"{len(members)} papers" in answer.text
    assert {s.paper for s in answer.sources} <= {p.id for p in members}


def test_papers_of_a_category_are_listed_each_a_source_of_its_own():
    answer = computed("Which papers are filed under video prediction model?", CATALOGUE)
    members = CATALOGUE.papers_of("generative-tools-for-rl/base-model/video-prediction-model")
    assert {c.citations[0].paper for c in answer.claims} == {p.id for p in members}
    for claim in answer.claims:
        (citation,) = claim.citations
        assert claim.support == "exact"
        assert (citation.source, citation.page) == ("table", None)
        assert citation.quote in claim.text
        assert citation.quote == answer.sources[citation.n - 1].text


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("How many papers appeared in 2023?", lambda year: year == 2023),
        ("How many papers appeared since 2024?", lambda year: year >= 2024),
        ("How many papers appeared after 2023?", lambda year: year > 2023),
        ("How many papers appeared before 2022?", lambda year: year < 2022),
        ("How many papers appeared between 2021 and 2022?", lambda year: 2021 <= year <= 2022),
    ],
)
def test_years_are_understood(question, fits):
    expected = sum(paper.year is not None and fits(paper.year) for paper in CATALOGUE.curated)
    assert f" {expected} paper" in computed(question, CATALOGUE).text


def test_a_year_without_papers_is_an_honest_nought():
    answer = computed("How many papers appeared in 1990?", CATALOGUE)
    assert "0 papers" in answer.text
    assert answer.sources == ()


def test_year_and_authors_of_a_paper_come_from_its_record():
    paper = CATALOGUE.by_id["colas2023lma3"]
    assert str(paper.year) in computed("When was LMA3 published?", CATALOGUE).text
    who = computed("Who wrote LMA3?", CATALOGUE)
    assert all(author in who.text for author in paper.authors)
    assert [s.paper for s in who.sources] == ["colas2023lma3"]


def test_the_categories_can_be_asked_for():
    assert str(len(list(CATALOGUE.taxonomy))) in computed("Which categories are there?", CATALOGUE).text


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
    assert computed(question, CATALOGUE) is None


def test_no_model_is_named():
    answer = computed("How many papers are in the list?", CATALOGUE)
    assert "computed" in answer.model
    assert answer.tokens == {}


def test_a_paper_of_ones_own_is_not_of_the_surveys_list():
    with_own = CATALOGUE.with_papers([catalogues.Paper(id="mine", title="My Own Notes", year=2023)])
    question = "How many papers are in the list?"
    assert computed(question, with_own).text == computed(question, CATALOGUE).text
