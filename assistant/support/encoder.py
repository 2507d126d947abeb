"""A cross-encoder in ONNX as a scorer: one reading of source and sentence together, some hundredths of a second a pair.

A folder holds `config.json`, `tokenizer.json` and one `.onnx` file (at its top or in `onnx/`), as hubs keep them. Which
logit means entailment is read from the configuration's `id2label`; a model of one logit is taken at its word. Models
of entailment read the source first and the sentence second, models of relevance the other way round; in both only the
source is cut where the two are too long.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assistant.support.calibration import calibration_in
from assistant.support.judge import Judge
from corpus.errors import ModelNotAvailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from assistant.support.judge import Heard, Reads

log = logging.getLogger(__name__)
LONGEST: Final = 512  # tokens of a pair, where the configuration names no fewer
NEAR: Final = (
    260  # characters kept before and behind the nearest sentences: such models are made for a few sentences
)
ONNX: Final = tuple(
    f"{folder}{name}"
    for name in ("model_quantized.onnx", "model_quint8_avx2.onnx", "model.onnx")  # the small one first
    for folder in ("onnx/", "")
)


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: Any
    tokenizer: Any
    inputs: tuple[str, ...]
    entailment: int | None  # None: one logit
    source_first: bool


class EncoderScorer:
    """Entailment against the rest, in logits.

    Args:
        folder: Where the files lie; they are loaded now.

    Raises:
        ModelNotAvailable: A file is missing or is not what it should be; the sentence names it.
    """

    kind: Final = "encoder"
    reads: Reads = "wording"
    contradicts: float | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._model = _loaded(folder.resolve())

    @property
    def name(self) -> str:
        """The folder's."""
        return self.folder.name

    def scores(self, heard: Sequence[Heard], stopped: Callable[[], bool]) -> list[float | None]:
        """A score for each pair."""
        return [
            None
            if stopped()
            else self._score(claim, " ".join(_near(claim, p.text, p.known) for p in premises))
            for claim, premises in heard
        ]

    def _score(self, claim: str, source: str) -> float | None:
        model = self._model
        pair = (source, claim) if model.source_first else (claim, source)
        read = model.tokenizer.encode(*pair)
        given = {
            "input_ids": read.ids,
            "attention_mask": read.attention_mask,
            "token_type_ids": read.type_ids,
        }
        try:
            (logits, *_) = model.session.run(
                None, {name: np.array([given[name]], dtype=np.int64) for name in model.inputs}
            )
        except Exception as error:  # noqa: BLE001 - onnxruntime has no tree of errors; the words decide then
            log.warning("The cross-encoder %s failed: %s", self.name, error)
            return None
        return _told(np.asarray(logits, dtype=np.float64).reshape(-1), model.entailment)


def encoder_judge(folder: Path) -> Judge:
    """A judge with the cross-encoder of a folder, and the calibration that lies there. Raises as EncoderScorer does."""
    return Judge(EncoderScorer(folder), calibration_in(folder, EncoderScorer.kind))


def folder_of(named: str, weights: Path) -> Path:
    """Where a cross-encoder's files lie: the folder named, or the home's copy of a hub's "owner/name"."""
    there = Path(named).expanduser()
    if there.is_dir() or named.startswith((".", "/", "~")) or named.count("/") != 1:
        return there
    return weights / "encoders" / named.replace("/", "--")


def _told(logits: NDArray[np.float64], entailment: int | None) -> float | None:
    if not np.isfinite(logits).all() or (entailment or 0) >= len(logits):
        return None
    if entailment is None:
        return float(logits[0])
    others = np.delete(logits, entailment)
    return float(logits[entailment] - np.logaddexp.reduce(others))


def _near(claim: str, source: str, known: Sequence[str]) -> str:
    """The sentences of a source that come nearest to a claim, and a little around them."""
    from assistant.support.program import compare

    found = compare(claim, source, known)
    begin, end = max(0, found.start - NEAR), min(len(source), found.end + NEAR)
    begin = source.find(" ", begin) + 1 if begin else 0
    end = source.rfind(" ", 0, end) if end < len(source) else end
    return source[min(begin, found.start) : max(end, found.end)]


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> _Loaded:
    remedy = (
        "set judge.cross_encoder to a folder with config.json, tokenizer.json and an .onnx file, or unset it"
    )
    if not folder.is_dir():
        raise ModelNotAvailable(
            f"The cross-encoder {folder} is not on this machine: {remedy}; `duality models pull cross-encoder` "
            "fetches one that is named as on the hub."
        )
    named = [folder / name for name in ONNX]
    path = next((p for p in (*named, *sorted(folder.rglob("*.onnx"))) if p.is_file()), None)
    if path is None:
        raise ModelNotAvailable(f"The cross-encoder {folder} holds no .onnx file: {remedy}.")
    try:
        from onnxruntime import InferenceSession
        from tokenizers import Tokenizer

        config = json.loads((folder / "config.json").read_text("utf-8"))
        labels = {int(n): str(label).casefold() for n, label in (config.get("id2label") or {}).items()}
        longest = min(int(config.get("max_position_embeddings") or LONGEST), LONGEST)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
        inputs = tuple(one.name for one in session.get_inputs())
    except Exception as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelNotAvailable(
            f"The cross-encoder {folder} cannot be loaded ({first[:160]}): {remedy}."
        ) from error
    strange = [name for name in inputs if name not in ("input_ids", "attention_mask", "token_type_ids")]
    entailment = next(
        (n for n, label in labels.items() if label.startswith(("entail", "support", "consisten"))), None
    )
    if strange or (entailment is None and len(labels) > 1):
        what = f"asks for {', '.join(strange)}" if strange else f"knows only {', '.join(labels.values())}"
        raise ModelNotAvailable(f"The cross-encoder {folder} is of another kind (it {what}): {remedy}.")
    source_first = entailment is not None
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest, strategy="only_first" if source_first else "only_second")
    return _Loaded(session, tokenizer, inputs, entailment, source_first)
