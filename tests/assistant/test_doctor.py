import hashlib
import json
import os
from types import SimpleNamespace

import pytest

from assistant.doctor import examined
from index import generation as generations
from index.embedders import HashingEmbedder
from index.weights import WeightFile, Weights, fetch
from tests.indexes import LMA3, workspace


def checks(home, **overrides):
    with workspace(home, **overrides) as opened:
        return {check.name: check for check in examined(opened)}


def test_a_bare_home_is_told_the_commands_that_fill_it(tmp_path):
    found = checks(tmp_path)
    assert (found["index"].severity, found["index"].remedy) == ("fault", "duality index build")
    assert found["weights of minilm"].remedy == "duality models pull minilm"
    assert found["weights of embedded"].severity == "note"
    assert found["catalogue"].severity == "good"


def test_a_sound_index_has_no_fault(filled_home):
    found = checks(filled_home)
    for name in ("index", "vectors", "chat model", "catalogue"):
        assert found[name].severity == "good", found[name]
    assert "3 PDFs" in found["index"].message
    assert "digests" not in found


def test_every_fault_names_its_remedy(tmp_path, filled_home):
    for home in (tmp_path, filled_home):
        for check in checks(home).values():
            assert check.message
            assert bool(check.remedy) == (check.severity != "good")


def test_other_settings_than_the_index_was_built_with_are_found(filled_home):
    assert checks(filled_home, passages__tokens=100)["fingerprint"].severity == "fault"


def test_pdfs_that_are_gone_are_found(home):
    (home / "pdfs" / f"{LMA3}.pdf").unlink()
    gone = checks(home)["PDFs"]
    assert gone.severity == "warning"
    assert LMA3 in gone.message


def test_lost_vectors_are_found(home):
    generation = generations.current(home / "index")
    ids = generation.passages.embedded_ids()
    generation.vectors._open().delete(ids=ids[:2])
    generation.close()
    lost = checks(home)["index files"]
    assert "vectors" in lost.message
    assert f"{len(ids) - 2} vectors of {len(ids)}" in lost.message


def test_vectors_left_behind_are_only_mentioned(home):
    generation = generations.current(home / "index")
    generation.vectors.add(["orphan"], HashingEmbedder().embed(["x"]), [("ghost", "pdf", False)])
    generation.close()
    assert checks(home)["vectors"].severity == "good"


def test_a_generation_left_behind_is_found(home):
    (home / "index" / "g0999").mkdir()
    assert "g0999" in checks(home)["generations"].message


@pytest.mark.parametrize("damage", ["passages", "fingerprint"])
def test_a_damaged_index_is_a_fault_and_not_a_crash(home, damage):
    generation = generations.current(home / "index")
    if damage == "passages":
        for suffix in ("-wal", "-shm"):
            generation.passages.path.with_name(f"passages.sqlite{suffix}").unlink(missing_ok=True)
        generation.passages.path.write_bytes(b"not a database " * 300)
    else:
        (generation.directory / "fingerprint.json").write_text("")
    found = checks(home)["index files" if damage == "passages" else "index"]
    assert found.severity == "fault"
    assert "duality index build" in found.remedy


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Small weights in the place of the chat model's, checked and right; their file."""
    content = b"weights " * 100
    weights = Weights(
        "tiny", (WeightFile("t.gguf", hashlib.sha256(content).hexdigest(), len(content)),), "a/b", ()
    )
    monkeypatch.setattr(
        "assistant.chat.models.pullable", lambda home: {"embedded": (weights, home.weights / "tiny")}
    )
    file = tmp_path / "weights" / "tiny" / "t.gguf"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    fetch(weights, file.parent)
    return file


def of_weights(home, *, thorough=False):
    with workspace(home) as opened:
        found = {check.name: check for check in examined(opened, thorough=thorough)}["weights of embedded"]
    assert (found.severity == "good") or found.remedy == "duality models pull embedded"
    return found.severity, found.message


def test_damaged_weights_are_told_from_missing_ones(tiny, tmp_path):
    assert of_weights(tmp_path, thorough=True) == ("good", "tiny, every byte right.")
    stat, content = tiny.stat(), tiny.read_bytes()
    tiny.write_bytes(b"x" + content[1:])
    os.utime(tiny, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as a failing disk does it
    assert of_weights(tmp_path) == ("good", "tiny.")
    severity, message = of_weights(tmp_path, thorough=True)
    assert severity == "fault"
    assert "t.gguf is not the official file" in message
    tiny.write_bytes(content[:10])
    assert of_weights(tmp_path)[0] == "fault"
    assert "has 10 bytes instead of 800" in of_weights(tmp_path)[1]
    tiny.unlink()
    assert of_weights(tmp_path) == (
        "note",
        "tiny is not on this machine. Answers are quotes only until it is.",
    )


@pytest.mark.parametrize(("free", "severity"), [(2e9, "warning"), (1e8, "fault"), (9e9, "good")])
def test_a_disk_that_is_nearly_full_is_named(tmp_path, monkeypatch, free, severity):
    monkeypatch.setattr("assistant.doctor.shutil.disk_usage", lambda _: SimpleNamespace(free=int(free)))
    found = checks(tmp_path)["home"]
    assert found.severity == severity
    assert f"{free / 1e9:.1f} GB free" in found.message
    assert (severity == "good") == (found.remedy == "")


def test_an_embedder_without_its_key_is_a_fault_and_not_a_crash(filled_home, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with workspace(filled_home, embedder="openai:text-embedding-3-small") as opened:
        del opened.__dict__["embedder"]
        found = {check.name: check for check in examined(opened)}
    assert found["embedder"].severity == "fault"
    assert "OPENAI_API_KEY" in found["embedder"].message
    assert json.dumps(found["index"].message)
