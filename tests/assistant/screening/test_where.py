"""A criterion written out: read, judged with what is not stated apart from no, and refused with a remedy."""

import pytest

from assistant.screening.criterion import Is, Not, judged
from assistant.screening.screening import screened
from assistant.screening.where import where
from corpus import catalogue as catalogues
from corpus.errors import WrongUse

CATALOGUE = catalogues.load()


def fitting(text):
    return set(screened(where(text, CATALOGUE), CATALOGUE.curated).papers)


def test_conditions_are_joined_as_they_are_written():
    real, llm = fitting("setting=real"), fitting("model=llm")
    assert fitting("robot=real and base_model=LLM") == real & llm
    assert fitting("setting=real or model=llm") == real | llm
    assert fitting("model=llm and (year<2023 or year>2024)") == fitting("model=llm and year!=2023-2024")
    assert fitting("benchmark='Meta-World'") == fitting("benchmark = metaworld")
    assert fitting("author='Chelsea Finn' and not author='Sergey Levine'") == {
        p.id for p in CATALOGUE.curated if "Chelsea Finn" in p.authors and "Sergey Levine" not in p.authors
    }


def test_a_kind_of_model_holds_for_the_models_below_it():
    assert fitting("model=gpt-4") < fitting("model=gpt") < fitting("model=llm")


def test_a_physical_robot_is_not_a_simulated_one():
    assert fitting("real_robot=quadruped") < fitting("robot=quadruped")


def test_silence_is_not_a_no():
    verdicts = screened(where("code=released", CATALOGUE), CATALOGUE.curated)
    assert verdicts.of("not stated")
    opposite = screened(where("not code=released", CATALOGUE), CATALOGUE.curated)
    assert verdicts.of("not stated") == opposite.of("not stated")


def test_what_only_the_surveys_table_says_is_unclear_both_ways():
    paper = next(
        p for p in CATALOGUE.curated for v in [judged(Is("benchmark/antmaze"), p)] if v.word == "unclear"
    )
    assert judged(Not(Is("benchmark/antmaze")), paper).word == "unclear"


def test_every_verdict_has_its_evidence_in_the_json():
    made = screened(where("real_robot=humanoid", CATALOGUE), CATALOGUE.curated).to_json()
    assert made["scope"] == len(made["verdicts"]) == len(CATALOGUE.curated)
    assert made["count"] == sum(v["verdict"] == "yes" for v in made["verdicts"]) > 0
    for verdict in made["verdicts"]:
        if verdict["verdict"] == "yes":
            assert verdict["evidence"][0]["quote"]
            assert verdict["by"] == "facts"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour=red", "no property 'colour'"),
        ("benchmrk=rlbench", "benchmark"),
        ("benchmark=rlbanch", "RLBench"),
        ("model=llm and", "at the end"),
        ("(model=llm", "bracket"),
        ("year=soon", "no year"),
        ("model<llm", "only year"),
        ("author='Nobody Atall'", "author"),
        ("hello", "setting=real"),
    ],
)
def test_what_cannot_be_read_says_what_to_write(text, says):
    with pytest.raises(WrongUse, match=says):
        where(text, CATALOGUE)
