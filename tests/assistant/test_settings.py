import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import KEYS, Home, Settings, load
from corpus.errors import BadSettings


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def written(home, text):
    home.config_file.write_text(text, "utf-8")
    return home


def test_without_any_source_everything_has_its_default(home):
    settings = load(home=home, environ={})
    assert settings == Settings()
    assert {settings.origin(name) for name in KEYS} == {"default"}
    assert (settings.model, settings.search.candidates, settings.ui.host) == ("auto", 100, "127.0.0.1")


def test_command_line_beats_environment_beats_file_beats_default(home):
    written(home, "[search]\ncandidates = 20\npassages_per_paper = 5\ndense_weight = 0.3\n")
    environ = {"DUALITY_SEARCH__CANDIDATES": "30", "DUALITY_SEARCH__PASSAGES_PER_PAPER": "6"}
    settings = load({"search.candidates": 40, "model": None}, home=home, environ=environ)
    assert settings.search.model_dump() == {"candidates": 40, "dense_weight": 0.3, "passages_per_paper": 6}
    assert settings.origin("search.candidates") == "command line"
    assert (
        settings.origin("search.passages_per_paper")
        == "environment variable DUALITY_SEARCH__PASSAGES_PER_PAPER"
    )
    assert settings.origin("search.dense_weight") == str(home.config_file)
    assert settings.origin("model") == "default"


def test_a_value_equal_to_the_default_still_counts_as_set(home):
    settings = load({"temperature": 0}, home=home, environ={})
    assert settings.is_set("temperature")
    assert not settings.is_set("max_answer_tokens")


def test_an_empty_variable_and_the_special_ones_are_no_settings(home):
    environ = {"DUALITY_MODEL": "", "DUALITY_HOME": str(home.root), "DUALITY_TEST_X": "x", "OTHER": "y"}
    assert load(environ=environ) == Settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[serach]\ncandidates = 1\n", ["'serach.candidates'", "did you mean search.candidates?"]),
        ("candidates = 1\n", ["'candidates'", "search.candidates"]),
        ("search = 5\n", ["'search' is a section", "search.candidates"]),
        ("[search]\ncandidates = 5000\n", ["search.candidates", "less than or equal to 1000"]),
        ("[ui]\nport = 'x'\n", ["ui.port", "valid integer"]),
        ("model = \n", ["not valid TOML"]),
        ("zzzz = 1\n", ["'zzzz'", "`duality config`"]),
    ],
)
def test_a_wrong_file_is_refused_by_path_key_and_remedy(home, text, named):
    with pytest.raises(BadSettings) as refused:
        load(home=written(home, text), environ={})
    for part in [str(home.config_file), *named]:
        assert part in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_misspelt_variable_is_refused_with_the_variable_that_was_meant(home):
    with pytest.raises(BadSettings, match="did you mean DUALITY_SEARCH__CANDIDATES"):
        load(home=home, environ={"DUALITY_SERACH__CANDIDATES": "1"})


def test_a_file_that_is_not_text_is_refused(home):
    home.config_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSettings, match="not valid TOML"):
        load(home=home, environ={})


def test_a_folder_in_the_files_place_is_refused(home):
    home.config_file.mkdir()
    with pytest.raises(BadSettings, match="cannot be read"):
        load(home=home, environ={})


@pytest.mark.parametrize(
    "environ",
    [
        {"DUALITY_API_KEY_ENV": "sk-secret-1"},
        {"DUALITY_API_KEY": "sk-secret-1"},
        {"DUALITY_BASE_URL": "http://user:sk-secret-1@host/v1"},
        {"DUALITY_UI__PORT": "sk-secret-1"},
    ],
)
def test_a_refused_value_is_never_repeated(home, environ):
    with pytest.raises(BadSettings) as refused:
        load(home=home, environ=environ)
    assert "secret" not in str(refused.value)


def test_settings_cannot_be_changed_after_loading(home):
    with pytest.raises(ValueError, match="frozen"):
        load(home=home, environ={}).model = "other"


def test_every_key_is_listed_with_its_value_and_a_description(home):
    settings = load(home=home, environ={"DUALITY_FETCH__PDFS": "no"})
    shown = dict(settings.items())
    assert shown["fetch.pdfs"] is False
    assert shown["evidence_tokens"] is None
    assert all(len(settings.describe(name)) > 5 for name in shown)


def test_the_home_is_where_the_environment_says_else_the_users_data_folder(tmp_path):
    assert Home.find({"DUALITY_HOME": str(tmp_path)}).index == tmp_path / "index"
    assert Home.find({"DUALITY_HOME": "~/d"}).root == Path.home() / "d"
    assert Home.find({}).root.name == "duality"
    home = Home(tmp_path)
    assert len({home.pdfs, home.index, home.weights, home.uploads, home.config_file}) == 5


def test_importing_the_settings_loads_no_heavy_library():
    code = "import assistant.settings, sys; print([m for m in ('langchain_core', 'gradio', 'chromadb') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
