"""`duality screen` and `duality facts`: what is printed, kept and written."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from assistant.cli.listing import papers
from assistant.cli.screening import facts, screen
from assistant.screening.criterion import Says
from assistant.screening.screening import screened
from corpus import catalogue as catalogues
from corpus.errors import WrongUse


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()


def run(command, *arguments):
    result = CliRunner().invoke(command, arguments, obj={})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def verdicts(*arguments):
    return {one["paper_id"]: one for one in json.loads(run(screen, *arguments, "--json"))["verdicts"]}


def test_every_paper_has_a_verdict_and_those_that_fit_their_words():
    found = verdicts("--where", "real_robot=humanoid")
    assert len(found) == 155
    fitting = [one for one in found.values() if one["verdict"] == "yes"]
    assert fitting
    assert all(one["evidence"][0]["quote"] for one in fitting)
    shown = run(screen, "--where", "real_robot=humanoid")
    assert "humanoid" in shown
    assert "do not state it" in shown


def test_a_criterion_in_words_means_what_it_says():
    found = verdicts("works with cloth")
    expected = verdicts("--where", "task=cloth")
    assert {p for p, one in found.items() if one["verdict"] == "yes"} == {
        p for p, one in expected.items() if one["verdict"] == "yes"
    }


def test_words_that_no_fact_is_about_are_looked_for_and_never_more_than_unclear():
    assert {one["verdict"] for one in verdicts("tundra snowfall").values()} == {"not stated"}
    made = screened(Says("candy sweeping"), catalogues.load().curated)
    assert made.of("unclear")
    assert not made.papers
    for verdict in made.of("unclear"):
        assert verdict.by == "words"
        assert "candy" in verdict.quotes[0].quote


def test_the_scope_is_narrowed():
    assert set(verdicts("--where", "setting=real", "--paper", "octo", "--paper", "eureka")) == {
        "ghosh2024octo",
        "ma2023eureka",
    }
    assert len(verdicts("--where", "setting=real", "--year", "2023")) == 72


def test_ones_own_verdict_is_kept_until_it_is_forgotten():
    where = ("--where", "setting=real")
    assert verdicts(*where)["ghosh2024octo"]["verdict"] == "yes"
    run(screen, *where, "--overrule", "octo=no")
    kept = verdicts(*where)["ghosh2024octo"]
    assert (kept["verdict"], kept["by"]) == ("no", "user")
    run(screen, *where, "--overrule", "octo=forget")
    assert verdicts(*where)["ghosh2024octo"]["verdict"] == "yes"


def test_a_damaged_file_of_own_verdicts_is_named_and_left_alone(tmp_path):
    kept = tmp_path / "home" / "overrulings.json"
    kept.write_text("{broken", "utf-8")
    with pytest.raises(Exception, match=r"overrulings\.json"):
        run(screen, "--where", "setting=real")
    assert kept.read_text("utf-8") == "{broken"


def test_a_screening_is_written_in_the_formats_others_read(tmp_path):
    where = ("--where", "real_robot=quadruped")
    fitting = {p for p, one in verdicts(*where).items() if one["verdict"] == "yes"}
    for name in ("a.csv", "a.md", "a.bib", "a.ris", "a.json"):
        run(screen, *where, "--out", str(tmp_path / name))
    raw = (tmp_path / "a.csv").read_text("utf-8")
    assert raw.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(raw[1:])))
    assert {row["paper_id"] for row in rows if row["verdict"] == "yes"} == fitting
    assert (tmp_path / "a.bib").read_text("utf-8").count("\n@") + 1 >= len(fitting)
    ris = (tmp_path / "a.ris").read_text("utf-8")
    assert ris.count("TY  - ") == ris.count("ER  - ") == len(fitting)
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["count"] == len(fitting)
    assert "| Paper | Year |" in (tmp_path / "a.md").read_text("utf-8")


def test_a_screening_is_made_again_from_its_file(tmp_path):
    where = "setting=real and (model=llm or not category=reward-signal) and year>=2022"
    run(screen, "--where", where, "--year", "2023", "--overrule", "octo=yes", "--overrule", "eureka=no")
    file = tmp_path / "a.json"
    run(screen, "--where", where, "--year", "2023", "--export", str(file))
    before = json.loads(file.read_text("utf-8"))
    assert before["overruled"] == {"ma2023eureka": "no"}  # Octo is not of that year
    (tmp_path / "home" / "overrulings.json").unlink()
    again = json.loads(run(screen, "--from", str(file), "--json"))
    assert again == {name: value for name, value in before.items() if name in again}
    assert {"verdicts", "criterion", "scope"} <= again.keys()


def test_a_file_that_is_no_screening_is_refused(tmp_path):
    file = tmp_path / "a.json"
    for content in (
        "",
        "[]",
        "{}",
        '{"verdicts": [], "criterion": {"property": "model", "value": "nonsense"}}',
    ):
        file.write_text(content, "utf-8")
        with pytest.raises(WrongUse, match="no screening"):
            run(screen, "--from", str(file))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give a criterion"),
        (("a robot", "--where", "setting=real"), "Give a criterion"),
        (("--where", "setting=real", "--export", "x.pdf"), "must end in"),
        (("--where", "setting=real", "--overrule", "octo=maybe"), "maybe"),
        (("--where", "setting=real", "--year", "soon"), "--year"),
        (("the of and",), "says nothing"),
    ],
)
def test_wrong_use_says_what_to_do(arguments, says):
    with pytest.raises(WrongUse, match=says):
        run(screen, *arguments)


def test_facts_are_shown_by_property_value_and_paper():
    assert "benchmark" in run(facts)
    values = json.loads(run(facts, "benchmark", "--json"))
    rlbench = next(one for one in values if one["value"] == "rlbench")
    listed = json.loads(run(papers, "--where", "benchmark=rlbench", "--json"))
    assert rlbench["papers"] == [paper["id"] for paper in listed]
    own = json.loads(run(facts, "octo", "--json"))
    assert {"property", "value", "source", "certainty", "words"} == set(own[0])
