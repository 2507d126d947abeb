"""Embedders: texts in, vectors of length 1 out. The default one, a remote one, and one that needs no model."""

from __future__ import annotations

import os
import re
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from corpus.errors import ModelNotAvailable
from index.files import sha256_of
from index.minilm import DIMENSION, POSITIONS, RECIPE, Precision, model_file
from index.weights import MINILM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    Progress = Callable[[int, int], None]


class Embedder(Protocol):
    """What the index needs of an embedder; it may be called from several threads."""

    @property
    def name(self) -> str:
        """Its identity: two embedders with one name give the same vector for the same text."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """One vector of length 1 for each text, in order: (texts, dimension).

        `progress` is called with how many texts are done and how many there are.
        """

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question: (dimension,)."""


class MiniLM:
    """all-MiniLM-L6-v2 on the processor, from weights in `directory`; opened at the first use.

    `threads` defaults to the number of processors. A text is read up to `max_wordpieces` (at most 512). The
    vector of a text does not depend on the texts embedded with it. Raises ModelNotAvailable at the first use
    if the weights are not there.
    """

    dimension: Final = DIMENSION

    def __init__(
        self,
        directory: Path,
        threads: int | None = None,
        *,
        max_wordpieces: int = 256,
        precision: Precision = "int8",
    ) -> None:
        self._directory = directory
        self._threads = threads or os.cpu_count() or 1
        self._max_wordpieces = min(max_wordpieces, POSITIONS)
        self._precision: Precision = precision
        self._lock = threading.Lock()
        self._opened: tuple[Any, Any] | None = None

    @property
    def name(self) -> str:
        """Model, weights, arithmetic and, if it is not the usual one, the longest text."""
        limit = "" if self._max_wordpieces == 256 else f"/{self._max_wordpieces}"
        return f"{MINILM.name}/{MINILM.files[0].sha256[:8]}/{self._precision}-{RECIPE}{limit}"

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """One vector a text, (texts, 384); `threads` texts at a time."""
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        if not texts:
            return vectors
        tokenizer, session = self._open()

        def one(text: str) -> NDArray[np.float32]:
            return self._vector(tokenizer, session, text)

        # A thread a text and not threads within each operator: no waiting at the end of every operator.
        with ThreadPoolExecutor(min(self._threads, len(texts)), "embed") as pool:
            try:
                for place, vector in enumerate(pool.map(one, texts)):
                    vectors[place] = vector
                    if progress is not None:
                        progress(place + 1, len(texts))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, (384,), made as a passage's is."""
        return self._vector(*self._open(), text)

    @staticmethod
    def _vector(tokenizer: Any, session: Any, text: str) -> NDArray[np.float32]:
        # A lone surrogate, as broken font maps give, is no valid text to the tokenizer.
        ids = tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8")).ids
        vector: NDArray[np.float32] = session.run(None, {"input_ids": np.array([ids], np.int64)})[0][0]
        return vector

    def _open(self) -> tuple[Any, Any]:
        with self._lock:
            if self._opened is None:
                self._opened = self._tokenizer(), self._session()
            return self._opened

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        path = self._directory / "tokenizer.json"
        if not path.is_file() or not (self._directory / "model.safetensors").is_file():
            raise ModelNotAvailable(
                f"The embedder's weights are not in {self._directory}; `duality models pull` fetches them."
            )
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception
            raise ModelNotAvailable(
                f"{path} cannot be read ({error}); `duality models pull minilm` fetches it again."
            ) from error
        if sha256_of(path) != MINILM.files[1].sha256:
            raise ModelNotAvailable(f"{path} is damaged; `duality models pull minilm` fetches it again.")
        tokenizer.no_padding()
        tokenizer.enable_truncation(self._max_wordpieces)
        return tokenizer

    def _session(self) -> Any:
        with ThreadPoolExecutor(1, "checksum") as beside:
            looked = beside.submit(model_file, self._directory, self._precision)
            import onnxruntime  # takes as long as the checksum

            path = looked.result()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the texts are what runs in parallel
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            reason = str(error).splitlines()[0]
            raise ModelNotAvailable(
                f"The embedder made from the weights in {self._directory} cannot be opened ({reason}): "
                "`duality doctor --thorough` says what is damaged."
            ) from error


class HashingEmbedder:
    """Words and pairs of neighbouring words hashed into 256 places: no weights, the same on every machine.

    For tests, and for trying the index out: texts are near each other only as far as they share words.
    """

    name = "hashing-256"
    dimension: Final = 256

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """One vector a text, (texts, 256)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for place, text in enumerate(texts):
            vectors[place] = self.embed_query(text)
            if progress is not None:
                progress(place + 1, len(texts))
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a text, (256,); one without any word gets a fixed direction of its own."""
        words = re.findall(r"\w+", text.lower())
        vector = np.zeros(self.dimension, np.float32)
        for term in [*words, *(" ".join(pair) for pair in pairwise(words))] or [""]:
            code = zlib.crc32(term.encode("utf-8", "replace"))
            vector[code % self.dimension] += 1 if code & 0x8000_0000 else -1
        length = float(np.linalg.norm(vector))
        if not length:  # every term met its opposite
            vector[0] = length = 1.0
        return vector / np.float32(length)


class RemoteEmbedder:
    """Any LangChain embeddings behind the same interface: normalised, in batches of 64.

    `dimension` is asked of the model by one short call if it is not given. Raises ModelNotAvailable if the
    model fails or answers with something that is no vector.
    """

    _BATCH: Final = 64

    def __init__(self, name: str, embeddings: Embeddings, dimension: int | None = None) -> None:
        self.name = name
        self._embeddings = embeddings
        self._dimension = dimension

    @property
    def dimension(self) -> int:
        """Numbers in a vector; the first use may ask the model."""
        if self._dimension is None:
            self.embed_query("dimension")
        return self._dimension or 0

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        """One vector a text, (texts, dimension)."""
        batches = []
        for start in range(0, len(texts), self._BATCH):
            batch = list(texts[start : start + self._BATCH])
            batches.append(self._checked(len(batch), partial(self._embeddings.embed_documents, batch)))
            if progress is not None:
                progress(start + len(batch), len(texts))
        return np.concatenate(batches) if batches else np.empty((0, self.dimension), np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question, (dimension,), by the model's own way of embedding questions."""
        vector: NDArray[np.float32] = self._checked(1, lambda: [self._embeddings.embed_query(text)])[0]
        return vector

    def _checked(self, count: int, ask: Callable[[], list[list[float]]]) -> NDArray[np.float32]:
        try:
            vectors = np.asarray(ask(), np.float32)
        except Exception as error:  # every provider has exceptions of its own
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise ModelNotAvailable(
                f"The embedding model {self.name} failed ({reason}); check its address, name and key."
            ) from error
        wanted = (count, self._dimension or (vectors.shape[1] if vectors.ndim == 2 else 0))
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.shape != wanted or not wanted[1] or not np.isfinite(lengths).all() or not lengths.all():
            raise ModelNotAvailable(
                f"The embedding model {self.name} answered with vectors of shape {vectors.shape} where "
                f"{wanted} finite numbers were expected; is it an embedding model?"
            )
        self._dimension = wanted[1]
        normalised: NDArray[np.float32] = vectors / lengths
        return normalised
