"""Questions about many papers: every paper gets a verdict, and the answer says what it rests on."""

import json
from collections import Counter
from importlib.resources import files

import pytest

from assistant.asking.request import request
from assistant.asking.subjects import subjects
from assistant.screening import meaning
from assistant.screening.answering import by_facts
from assistant.screening.criterion import Is
from assistant.screening.screening import screened
from assistant.screening.understanding import understood
from assistant.screening.where import where
from corpus import catalogue as catalogues
from corpus import vocabulary

CATALOGUE = catalogues.load()


def answer(text):
    return by_facts(request(text, (), CATALOGUE), CATALOGUE)


def fitting(text):
    return set(screened(where(text, CATALOGUE), CATALOGUE.curated).papers)


def cited(made):
    return {citation.paper for claim in made.claims for citation in claim.citations}


# Worded neither as the examples that the weights were fitted on nor as the plain sentences beside them.
@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Which papers report experiments on RLBench?", "benchmark=rlbench"),
        ("How many papers rely on GPT-4?", "model=gpt-4"),
        ("Which papers are trained with PPO?", "algorithm=ppo"),
        ("Which papers from 2023 employ CALVIN?", "benchmark=calvin and year=2023"),
        ("Which papers from 2024 do not rely on GPT-4?", "year=2024 and not model=gpt-4"),
    ],
)
def test_the_papers_of_a_criterion_are_all_there(question, meant):
    made = answer(question)
    assert cited(made) == fitting(meant)
    assert made.screening is not None
    assert len(made.screening.verdicts) == len(CATALOGUE.curated)


def test_a_word_that_leaves_no_paper_is_taken_back_and_said():
    subject = subjects("Which papers from 2023 evaluate on AntMaze?", CATALOGUE)
    sure = understood(subject, CATALOGUE, scope=CATALOGUE.curated)
    assert {part.words for part in sure.criterion.parts} == {"first published in 2023", "benchmark: AntMaze"}


def test_or_is_heard_over_a_verb():
    made = answer("How many papers appeared in 2021 or use GPT-4?")
    assert set(made.screening.papers) == fitting("year=2021 or model=gpt-4")


def test_the_weights_are_those_of_the_vocabulary():
    kept = meaning._weights()  # else: bench/meaning.py --write
    assert len(kept["vectors"]) == len(tuple(vocabulary.load()))
    assert len(kept["wordings"]) == len(meaning.wordings()[0])


def test_values_are_described_in_words_that_are_not_their_names_and_deny_nothing():
    lines = (files("assistant.screening") / "wordings.jsonl").read_text("utf-8").splitlines()
    described = {one["value"]: one["said"] for one in map(json.loads, lines)}
    known = vocabulary.load()
    assert set(described) <= {value.key for value in known}
    for key, said in described.items():
        assert not {one.lower() for one in said} & {name.lower() for name in known[key].names}
        assert not any(meaning.DENIES.search(one) for one in said), "vectors do not hear a not"


def test_a_limit_that_denies_is_not_heard_in_what_is_asserted():
    read = understood(subjects("Which papers were tested on real robots?", CATALOGUE), CATALOGUE)
    assert read.criterion.parts == (Is("setting/real"),)


def test_what_was_not_understood_is_said():
    made = answer("Which purple papers use RLBench?")
    assert any("purple" in note for note in made.notes)


def test_the_first_are_told_by_year():
    made = answer("Which was the first paper to use RLBench?") or answer(
        "How did papers with RLBench develop over the years?"
    )
    years = [int(name) for name, _ in made.screening.groups]
    assert years == sorted(years)


def test_empty_categories_are_told():
    made = answer("Which categories hold no papers?")
    empty = [node for node in CATALOGUE.taxonomy if not CATALOGUE.papers_of(node)]
    assert str(len(empty)) in made.lead
    assert all(node.name in made.lead for node in empty)


def test_the_most_frequent_year_is_counted():
    made = answer("In which year did most papers appear?")
    year, papers = max(made.screening.groups, key=lambda group: len(group[1]))
    assert year in made.lead
    assert len(papers) == sum(str(p.year) == year for p in CATALOGUE.curated)


def test_who_wrote_most_is_counted():
    made = answer("Who wrote the most papers of this list?")
    (name, count), *_ = Counter(author for p in CATALOGUE.curated for author in p.authors).most_common(1)
    assert name in made.lead
    assert str(count) in made.lead


def test_the_share_of_each_year_is_told():
    made = answer("How did papers with RLBench develop over the years?")
    for claim, (year, papers) in zip(made.claims, made.screening.groups, strict=True):
        total = sum(str(p.year) == year for p in CATALOGUE.curated)
        assert f"{year}: {len(papers)} of {total} " in claim.text


def test_a_category_is_a_gap_where_no_paper_is_against_it():
    made = answer("Is there a category none of whose papers were tried on a real robot?")
    real = fitting("setting=real")
    for name, papers in made.screening.groups:
        node = next(n for n in CATALOGUE.taxonomy if CATALOGUE.taxonomy.path_name(n.slug) == name)
        assert real.isdisjoint(p.id for p in CATALOGUE.papers_of(node, table=False))
        assert papers
