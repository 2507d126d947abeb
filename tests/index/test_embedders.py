"""Vectors as the index sees them: normalised, in order, and the same whoever they are embedded beside."""

import struct
import threading
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from corpus.errors import ModelNotAvailable
from index import minilm
from index.embedders import Embedder, HashingEmbedder, MiniLM, RemoteEmbedder

TEXTS = [
    "Diffusion policies represent multimodal action distributions for visuomotor control.",
    "A robot policy that denoises actions captures several ways of doing a task.",
    "Large language models write reward functions for reinforcement learning.",
    "",
    "Quasi-static grasping " * 200,
    "The recipe needs two eggs, flour and a pinch of salt.",
]


class Scripted(Embeddings):
    def __init__(self, answer):
        self.answer = answer
        self.batches = []

    def embed_documents(self, texts):
        self.batches.append(len(texts))
        return [self.answer(text) for text in texts]

    def embed_query(self, text):
        return self.answer(text)


def test_hashing_puts_texts_that_share_words_nearer_than_texts_that_do_not():
    embedder: Embedder = HashingEmbedder()
    near, far, query = embedder.embed(
        ["reward design with language models", "eggs and flour", "language models for reward design"]
    )
    assert near @ query > 0.5 > far @ query


def test_hashing_is_the_same_in_every_process():
    places = np.flatnonzero(HashingEmbedder().embed_query("diffusion policy"))
    assert places.tolist() == [22, 91, 188]


def test_hashing_gives_unit_vectors_even_for_texts_without_words():
    vectors = HashingEmbedder().embed([*TEXTS, "\ud800", "?!"])
    assert vectors.shape == (len(TEXTS) + 2, 256)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_no_texts_give_no_vectors():
    assert HashingEmbedder().embed([]).shape == (0, 256)
    assert RemoteEmbedder("remote", Scripted(lambda _: [1.0, 0.0])).embed([]).shape == (0, 2)


def test_remote_vectors_are_normalised_in_batches_and_in_order():
    remote = Scripted(lambda text: [float(text), 1.0])
    done = []
    vectors = RemoteEmbedder("remote", remote).embed(
        [str(n) for n in range(130)], lambda here, total: done.append((here, total))
    )
    assert remote.batches == [64, 64, 2]
    assert done == [(64, 130), (128, 130), (130, 130)]
    np.testing.assert_allclose(vectors[:, 0] / vectors[:, 1], range(130), rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_remote_dimension_is_learnt_from_the_model():
    assert RemoteEmbedder("remote", Scripted(lambda _: [3.0, 4.0, 0.0])).dimension == 3


@pytest.mark.parametrize(
    "answer",
    [lambda _: [], lambda _: [0.0, 0.0], lambda _: [float("nan"), 1.0], lambda text: [1.0] * len(text)],
    ids=["empty", "zero", "not a number", "ragged"],
)
def test_a_remote_model_that_answers_nonsense_is_named(answer):
    with pytest.raises(ModelNotAvailable, match="ollama:some-model"):
        RemoteEmbedder("ollama:some-model", Scripted(answer)).embed(["a", "bb"])


def test_a_remote_model_that_changes_its_dimension_is_refused():
    embedder = RemoteEmbedder("remote", Scripted(lambda _: [1.0, 0.0]), dimension=384)
    with pytest.raises(ModelNotAvailable, match="384"):
        embedder.embed_query("a")


def test_a_remote_failure_is_one_sentence_with_the_providers_reason():
    def refuse(_):
        raise RuntimeError("401 invalid key\nTraceback of the provider")

    with pytest.raises(ModelNotAvailable, match="401 invalid key") as caught:
        RemoteEmbedder("remote", Scripted(refuse)).embed(["a"])
    assert "Traceback" not in str(caught.value)


def test_missing_weights_name_the_command_that_fetches_them(tmp_path):
    embedder = MiniLM(tmp_path)  # opens nothing yet
    with pytest.raises(ModelNotAvailable, match="duality models pull"):
        embedder.embed(["a"])


@pytest.mark.parametrize("damage", [b"", b"<html>sign in</html>", struct.pack("<Q", 2) + b"[]"])
def test_damaged_weights_are_named(tmp_path, damage):
    (tmp_path / "model.safetensors").write_bytes(damage)
    with pytest.raises(ModelNotAvailable, match=r"model\.safetensors"):
        minilm.model_file(tmp_path)
    assert not list(tmp_path.glob("*.onnx"))


def test_the_name_tells_apart_what_gives_other_vectors(tmp_path):
    variants = [
        MiniLM(tmp_path),
        MiniLM(tmp_path, precision="fp32"),
        MiniLM(tmp_path, max_wordpieces=128),
    ]
    assert variants[0].name == f"all-MiniLM-L6-v2/53aa5117/int8-{minilm.RECIPE}"
    assert len({embedder.name for embedder in variants}) == 3


@pytest.fixture(scope="module")
def weights(minilm_dir) -> Path:
    return minilm_dir


@pytest.fixture(scope="module")
def model(weights) -> MiniLM:
    return MiniLM(weights, threads=2)


@pytest.mark.model
def test_related_sentences_are_nearer_than_unrelated_ones(model):
    diffusion, denoising, reward, _, _, eggs = model.embed(TEXTS)
    assert diffusion @ denoising > 0.4
    assert diffusion @ denoising > diffusion @ reward > diffusion @ eggs
    assert abs(diffusion @ eggs) < 0.2


@pytest.mark.model
def test_a_known_vector_comes_out_as_published(weights):
    # Similarities of the model card's kind of pair, from the unquantised graph.
    happy, glad, sunny = MiniLM(weights, precision="fp32").embed(
        ["That is a happy person", "That is a very happy person", "Today is a sunny day"]
    )
    assert happy @ glad == pytest.approx(0.943, abs=0.002)
    assert happy @ sunny == pytest.approx(0.257, abs=0.002)


@pytest.mark.model
def test_int8_agrees_with_fp32(model, weights):
    texts = [*TEXTS, *(" ".join(TEXTS[:n]) for n in range(1, 7))]
    agreement = (model.embed(texts) * MiniLM(weights, precision="fp32").embed(texts)).sum(axis=1)
    assert agreement.mean() > 0.993
    assert agreement.min() > 0.98


@pytest.mark.model
def test_a_vector_does_not_depend_on_its_neighbours(model):
    together = model.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(model.embed([text])[0], vector)
        np.testing.assert_array_equal(model.embed_query(text), vector)
    assert together.shape == (len(TEXTS), model.dimension)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)


@pytest.mark.model
def test_only_the_first_wordpieces_of_a_long_text_count(weights):
    short = MiniLM(weights, max_wordpieces=16)
    start = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    np.testing.assert_array_equal(short.embed_query(start), short.embed_query(start + " fifteen" * 9_000))
    assert MiniLM(weights, max_wordpieces=10_000).embed_query("word " * 2_000).shape == (384,)


@pytest.mark.model
def test_a_text_with_a_broken_character_is_embedded_all_the_same(model):
    assert np.isfinite(model.embed(["broken \ud800 font", "\x00\x01"])).all()


@pytest.mark.model
def test_many_threads_may_make_the_first_use(weights):
    fresh = MiniLM(weights, threads=1)
    vectors = [np.zeros(0)] * 4

    def use(place):
        vectors[place] = fresh.embed_query("the same text")

    threads = [threading.Thread(target=use, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((vector == vectors[0]).all() for vector in vectors)


@pytest.mark.model
def test_an_error_in_progress_stops_the_work_at_once(model):
    seen = []

    def stop(done, total):
        seen.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.embed(["text"] * 50, stop)
    assert seen == [1]


@pytest.mark.model
def test_the_graph_is_made_once_and_kept(weights, tmp_path):
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).symlink_to(weights / name)
    first = minilm.model_file(tmp_path)
    made = first.stat().st_mtime_ns
    assert minilm.model_file(tmp_path) == first
    assert first.stat().st_mtime_ns == made
    assert first.stat().st_size < 25_000_000
    assert not list(tmp_path.glob("*.part"))


@pytest.fixture
def own_weights(weights, tmp_path) -> Path:
    """Weights that may be damaged."""
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).symlink_to(weights / name)
    return tmp_path


@pytest.mark.model
def test_what_was_made_of_the_weights_is_made_anew_where_it_cannot_be_opened(own_weights):
    vector = MiniLM(own_weights).embed_query("reward")
    made = minilm.model_file(own_weights)
    made.write_bytes(made.read_bytes()[:1_000])
    np.testing.assert_array_equal(MiniLM(own_weights).embed_query("reward"), vector)


@pytest.mark.model
def test_one_wrong_byte_in_what_was_made_of_the_weights_is_noticed(own_weights):
    assert minilm.is_sound(own_weights)  # not made yet
    made = minilm.model_file(own_weights)
    assert minilm.is_sound(own_weights)
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    made.write_bytes(content)
    assert not minilm.is_sound(own_weights)
    minilm.drop_damaged(own_weights)
    assert not made.exists()


@pytest.mark.model
def test_a_flipped_bit_in_what_was_made_of_the_weights_gives_no_other_vector(own_weights):
    vector = MiniLM(own_weights).embed_query("reward")
    made = minilm.model_file(own_weights)
    content = bytearray(made.read_bytes())
    content[len(content) // 3] ^= 64
    made.write_bytes(content)
    np.testing.assert_array_equal(MiniLM(own_weights).embed_query("reward"), vector)


@pytest.mark.model
def test_a_flipped_bit_in_the_tokenizer_is_told(own_weights, weights):
    content = bytearray((weights / "tokenizer.json").read_bytes())
    content[len(content) // 2] ^= 1
    (own_weights / "tokenizer.json").unlink()
    (own_weights / "tokenizer.json").write_bytes(content)
    with pytest.raises(ModelNotAvailable, match="duality models pull minilm"):
        MiniLM(own_weights).embed_query("reward")
