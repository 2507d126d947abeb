import json
from dataclasses import asdict, replace

import pytest

from corpus.errors import NothingIndexed, StorageFailed
from corpus.passages import Cutting
from index import generation as generations
from index.embedders import HashingEmbedder
from index.generation import Fingerprint

FINGERPRINT = Fingerprint("hashing-256", 256, 200)


def test_there_is_no_current_generation_until_one_is_made_so(tmp_path):
    made = generations.create(tmp_path, FINGERPRINT)
    assert not generations.exists(tmp_path)
    generations.make_current(tmp_path, made)
    assert generations.exists(tmp_path)
    assert generations.current(tmp_path).name == made.name


@pytest.mark.parametrize("pointer", ["", "no json", "{}", '{"generation": "g9999"}', "[]", "\xff"])
def test_a_pointer_to_nothing_is_nothing_indexed(tmp_path, pointer):
    (tmp_path / "current.json").write_text(pointer, "latin-1")
    with pytest.raises(NothingIndexed, match="duality index build"):
        generations.current(tmp_path)


def test_a_fingerprint_survives_and_tells_what_differs(tmp_path):
    assert generations.create(tmp_path, FINGERPRINT).fingerprint() == FINGERPRINT
    assert Fingerprint.of(HashingEmbedder(), Cutting()) == FINGERPRINT
    assert Fingerprint.of(HashingEmbedder(), Cutting(tokens=100)) != FINGERPRINT


def test_a_lost_fingerprint_says_how_to_go_on(tmp_path):
    made = generations.create(tmp_path, FINGERPRINT)
    (made.directory / "fingerprint.json").write_text("")
    with pytest.raises(StorageFailed, match="duality index build"):
        made.fingerprint()


@pytest.mark.parametrize("content", ["{}", '{"embedder": "x", "future": 1}'])
def test_the_index_of_another_version_is_built_anew_not_called_lost(tmp_path, content):
    made = generations.create(tmp_path, FINGERPRINT)
    (made.directory / "fingerprint.json").write_text(content)
    assert made.fingerprint() != FINGERPRINT
    assert not made.fingerprint().searchable(FINGERPRINT.embedder)


def test_an_index_that_an_older_version_read_goes_on_answering_and_is_built_anew(tmp_path):
    made = generations.create(tmp_path, FINGERPRINT)
    stored = {name: value for name, value in asdict(FINGERPRINT).items() if name != "reading"}
    (made.directory / "fingerprint.json").write_text(json.dumps(stored))
    assert made.fingerprint() == replace(FINGERPRINT, reading=1) != FINGERPRINT
    assert made.fingerprint().searchable(FINGERPRINT.embedder)


def test_names_are_never_used_twice_while_one_is_there(tmp_path):
    first, second = generations.create(tmp_path, FINGERPRINT), generations.create(tmp_path, FINGERPRINT)
    assert first.name < second.name
    generations.make_current(tmp_path, second)
    generations.sweep(tmp_path, second)
    assert not first.directory.exists()
    assert generations.current(tmp_path).name == second.name
    assert generations.create(tmp_path, FINGERPRINT).name > second.name


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "current.json"
    generations.write_atomically(path, json.dumps({"generation": "g0001"}))

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generations.os, "fsync", full)
    with pytest.raises(StorageFailed, match="No space left"):
        generations.write_atomically(path, "other")
    assert json.loads(path.read_text()) == {"generation": "g0001"}
    assert [p.name for p in tmp_path.iterdir()] == ["current.json"]
