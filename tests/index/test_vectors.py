import sqlite3

import numpy as np
import pytest

from index.embedders import HashingEmbedder
from index.vector_cache import VectorCache
from index.vectors import Vectors
from tests.indexes import CountingEmbedder

TEXTS = ["robots grasp cups", "lasers blink at night", "policies plan with diffusion"]


@pytest.fixture
def vectors(tmp_path):
    made = Vectors(tmp_path / "chroma")
    yield made
    made.close()


def filled(vectors):
    owners = [("octo", "pdf", True), ("rt2", "pdf", False), ("rt2", "digest", True)]
    vectors.add(["a", "b", "c"], HashingEmbedder().embed(TEXTS), owners)
    return HashingEmbedder().embed_query(TEXTS[1])


def test_the_nearest_comes_first_with_its_cosine(vectors):
    found = vectors.nearest(filled(vectors), 3)
    assert found[0][0] == "b"
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_nearest_is_kept_to_papers_sources_and_gists(vectors):
    asked = filled(vectors)
    assert {i for i, _ in vectors.nearest(asked, 3, papers=["rt2"])} == {"b", "c"}
    assert {i for i, _ in vectors.nearest(asked, 3, sources=["digest"])} == {"c"}
    assert {i for i, _ in vectors.nearest(asked, 3, gist=True)} == {"a", "c"}
    assert {i for i, _ in vectors.nearest(asked, 3, ["rt2"], ["pdf"])} == {"b"}
    assert vectors.nearest(asked, 3, papers=[]) == []


def test_an_empty_directory_finds_nothing(vectors):
    assert vectors.nearest(HashingEmbedder().embed_query("robots"), 5) == []
    assert vectors.count() == 0


def test_missing_names_only_what_is_not_there(vectors):
    filled(vectors)
    assert vectors.missing(["a", "z", "c"]) == ["z"]
    assert vectors.count() == 3


def test_vectors_come_back_in_the_order_asked_for(vectors):
    filled(vectors)
    assert np.allclose(vectors.get(["c", "a"]), HashingEmbedder().embed([TEXTS[2], TEXTS[0]]), atol=1e-6)


def test_more_rows_than_one_add_of_chroma_takes(vectors):
    many = 5_600
    made = np.eye(256, dtype=np.float32)[np.arange(many) % 256]
    vectors.add([str(i) for i in range(many)], made, [("octo", "pdf", False)] * many)
    assert vectors.count() == many
    assert vectors.missing(["0", str(many - 1)]) == []


def test_reopening_shows_the_same_vectors(vectors):
    asked = filled(vectors)
    vectors.reopen()
    assert vectors.nearest(asked, 1)[0][0] == "b"


# --- the cache ---


def test_a_text_is_embedded_once(tmp_path):
    cache, embedder = VectorCache(tmp_path / "vectors.sqlite"), CountingEmbedder()
    first = cache.embed(TEXTS, embedder)
    again = VectorCache(tmp_path / "vectors.sqlite").embed([*TEXTS[::-1], "new"], embedder)
    assert embedder.texts == 4
    assert np.array_equal(first, again[2::-1])


def test_another_embedder_shares_nothing(tmp_path):
    cache, one, other = VectorCache(tmp_path / "vectors.sqlite"), CountingEmbedder(), CountingEmbedder()
    other.name = "another"
    cache.embed(TEXTS, one)
    cache.embed(TEXTS, other)
    assert other.texts == 3


def test_progress_ends_at_the_number_of_texts(tmp_path):
    told = []
    VectorCache(tmp_path / "vectors.sqlite").embed(TEXTS, HashingEmbedder(), told.append)
    assert told[-1] == 3


@pytest.mark.parametrize("damage", ["not a database", "torn pages", "another table", "short vectors"])
def test_a_damaged_cache_costs_time_and_nothing_else(tmp_path, damage):
    path = tmp_path / "vectors.sqlite"
    many = [f"text number {i}" for i in range(400)]
    right = VectorCache(path).embed(many, HashingEmbedder())
    if damage == "not a database":
        path.write_bytes(b"nothing of the kind " * 500)
    elif damage == "torn pages":
        whole = bytearray(path.read_bytes())
        whole[4096 * 2 :] = b"\xff" * (len(whole) - 4096 * 2)
        path.write_bytes(whole)
    else:
        connection = sqlite3.connect(path)
        with connection:
            if damage == "another table":
                connection.executescript("DROP TABLE vectors; CREATE TABLE vectors (other TEXT)")
            else:
                connection.execute("UPDATE vectors SET vector = x'0102'")
        connection.close()
    embedder = CountingEmbedder()
    assert np.array_equal(VectorCache(path).embed(many, embedder), right)
    assert embedder.texts
    again = CountingEmbedder()
    assert np.array_equal(VectorCache(path).embed(many, again), right)
    assert again.texts == 0
