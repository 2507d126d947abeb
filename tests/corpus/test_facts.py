"""Facts of papers: each stands in its source, and damage is named."""

import json
import shutil
from pathlib import Path

import pytest

import corpus
from corpus import catalogue as catalogues
from corpus import facts, vocabulary
from corpus.errors import BadCatalogue, WrongUse

CATALOGUE = catalogues.load()
DATA = Path(corpus.__file__).with_name("data")


def test_every_fact_stands_in_the_words_of_its_source():
    known = vocabulary.load()
    said = {
        (paper.id, fact.value): why
        for paper in CATALOGUE.curated
        for fact in facts.of(paper.id)
        if (why := facts.wrong(paper, fact, known))
    }
    assert said == {}


def test_every_curated_paper_has_been_read():
    assert [paper.id for paper in CATALOGUE.curated if len(facts.of(paper.id)) < 3] == []


def test_a_value_holds_for_what_it_lies_under():
    known = vocabulary.load()
    assert {"model/gpt-4", "model/llm"} <= known.within("model/llm")
    assert "model/llm" not in known.within("model/gpt-4")


def test_a_misspelt_value_is_met_with_the_nearest():
    with pytest.raises(WrongUse, match="Meta-World"):
        vocabulary.load().value("benchmark", "metawrld")


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("facts.json", {"ada2023srdp": [["model/nothing", "digest", "stated", "x"]]}, "model/nothing"),
        ("facts.json", {"ada2023srdp": [["model/llm", "digest", "perhaps", "x"]]}, "perhaps"),
        (
            "vocabulary.json",
            [{"id": "model/a", "names": ["a"], "under": ["model/b"], "definition": "x"}],
            "model/b",
        ),
    ],
)
def test_damaged_data_is_named(tmp_path, file, change, says):
    for name in ("facts.json", "vocabulary.json"):
        shutil.copy(DATA / name, tmp_path / name)
    (tmp_path / file).write_text(json.dumps(change), "utf-8")
    with pytest.raises(BadCatalogue, match=says):
        facts.read(tmp_path)
