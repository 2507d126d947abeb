import json

import pytest
from click.testing import CliRunner

from assistant.cli.configuring import config, models
from corpus.errors import BadSettings, WrongUse


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("DUALITY_HOME", str(tmp_path))

    def invoked(command, *arguments, **options):
        return CliRunner().invoke(command, arguments, **options)

    return invoked


def test_config_lists_every_setting_with_its_value_and_origin(run, tmp_path):
    (tmp_path / "config.toml").write_text("[fetch]\npdfs = false\n")
    lines = run(config, obj={"model": "extractive"}).output.splitlines()
    rows = {line.split("\t")[0]: line.split("\t") for line in lines}
    assert rows["fetch.pdfs"][1:3] == ["false", str(tmp_path / "config.toml")]
    assert rows["model"][1:3] == ["extractive", "command line"]
    assert rows["search.candidates"][1:3] == ["100", "default"]
    assert rows["evidence_tokens"][1] == "–"


def test_config_as_json_keeps_the_types(run, monkeypatch):
    monkeypatch.setenv("DUALITY_SEARCH__CANDIDATES", "50")
    rows = {row["key"]: row for row in json.loads(run(config, "--json").output)}
    assert rows["search.candidates"]["value"] == 50
    assert rows["search.candidates"]["origin"] == "environment variable DUALITY_SEARCH__CANDIDATES"
    assert rows["fetch.contact"]["value"] is None
    assert rows["ui.port"]["description"]


def test_config_never_shows_a_key(run, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-1")
    assert "secret" not in run(config).output + run(config, "--json").output


def test_config_with_a_misspelt_key_fails_with_its_error(run, monkeypatch):
    monkeypatch.setenv("DUALITY_MODLE", "x")
    assert isinstance(run(config).exception, BadSettings)


def test_config_path_works_even_where_the_file_is_broken(run, tmp_path):
    (tmp_path / "config.toml").write_text("broken =")
    assert run(config, "path").output == f"{tmp_path / 'config.toml'}\n"


def test_models_shows_what_is_in_use_and_how_to_fetch_the_rest(run):
    rows = {line.split("\t")[0]: line.split("\t") for line in run(models).output.splitlines()}
    assert rows["extractive"][2:4] == ["yes", "–"]
    assert rows["embedded"][2:5] == ["no", "no", "1.1 GB"]
    assert "duality models pull embedded" in rows["embedded"][5]
    listed = json.loads(run(models, "--json").output)
    assert [row["name"] for row in listed] == ["extractive", "embedded", "minilm"]


def test_models_pull_fetches_the_named_weights_with_a_bar_off_standard_output(run, tmp_path, monkeypatch):
    from index.weights import Progress

    fetched = []

    def fetch(weights, directory, progress=None, cancelled=None):
        progress(Progress(weights.name, 1, weights.size_bytes, "host"))
        fetched.append((weights.name, directory))

    monkeypatch.setattr("index.weights.fetch", fetch)
    result = run(models, "pull", "minilm")
    assert fetched == [("all-MiniLM-L6-v2", tmp_path / "weights" / "minilm")]
    assert result.stdout == f"minilm: all-MiniLM-L6-v2 is ready in {tmp_path / 'weights' / 'minilm'}.\n"
    run(models, "pull")
    assert [name for name, _ in fetched[1:]] == ["Qwen2.5-Coder-1.5B-Instruct", "all-MiniLM-L6-v2"]


def test_models_pull_leaves_alone_what_is_there(run, monkeypatch):
    monkeypatch.setattr("index.weights.is_present", lambda *_: True)
    monkeypatch.setattr("index.weights.fetch", lambda *_: pytest.fail("fetched again"))
    assert run(models, "pull").output.count("is on this machine") == 2


def test_models_pull_of_an_unknown_name_suggests_the_nearest(run):
    error = run(models, "pull", "mini-lm2").exception
    assert isinstance(error, WrongUse)
    assert "minilm" in str(error)
