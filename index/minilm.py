"""The default embedder's network, all-MiniLM-L6-v2, as one small ONNX file made from its official weights.

The graph takes one text at a time, without padding. That lets the attention run unmasked (its fast path),
keeps the working set in the processor's cache, lets several threads share one session without waiting for
each other, and makes a text's vector the same whatever it was embedded beside.

In ``int8`` each linear layer multiplies 8-bit activations, scaled per wordpiece, by 7-bit weights, scaled per
output column. Seven bits, because the x86 kernels without VNNI add two products in 16 bits and would
saturate with eight. ``fp32`` is the same graph unquantised, for comparison.
"""

from __future__ import annotations

import json
import os
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from filelock import FileLock

from corpus import disk
from corpus.errors import ModelNotAvailable, StorageFailed
from index import checksums
from index.weights import MINILM, verify

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Precision = Literal["int8", "fp32"]

DIMENSION: Final = 384
RECIPE: Final = 1
"""Raised whenever the graph or its arithmetic changes: old files are then left alone and new ones made."""

_LAYERS: Final = 6
_HEADS: Final = 12
POSITIONS: Final = 512
_EPSILON: Final = 1e-12
_MICROSOFT: Final = "com.microsoft"  # onnxruntime's own operators
_WEIGHT_MAX: Final = 63  # 7 bits, see above
_GELU_ZERO: Final = 32
_GELU_MINIMUM: Final = 0.17  # GELU is nowhere below -0.16998


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Every float32 tensor of a safetensors file by name, mapped from disk and not copied.

    Raises ModelNotAvailable if the file is not one.
    """
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header: dict[str, Any] = json.loads(file.read(min(length, 1 << 24)))
        data = np.memmap(path, mode="r", dtype=np.uint8, offset=8 + length)
        return {
            name: data[slice(*about["data_offsets"])].view(np.float32).reshape(about["shape"])
            for name, about in header.items()
            if about.get("dtype") == "F32"
        }
    except FileNotFoundError:
        raise ModelNotAvailable(f"{path} is missing; `duality models pull` fetches it.") from None
    except (OSError, ValueError, struct.error, KeyError, AttributeError) as error:
        raise ModelNotAvailable(
            f"{path} is not a readable safetensors file ({error}); delete it and run `duality models pull`."
        ) from error


def model_file(directory: Path, precision: Precision = "int8") -> Path:
    """Path of the ONNX file in `directory`, made there from model.safetensors if it is not there yet.

    The first call takes a second or two and about 250 MB; later ones look whether its checksum is right. Two processes may call at
    once. Raises ModelNotAvailable if the weights are missing or damaged, StorageFailed if the disk refuses.
    """
    path = _made(directory, precision)
    if path.exists() and is_as_made(directory, precision):
        return path
    if problems := verify(MINILM, directory):
        raise ModelNotAvailable(f"{problems[0]} `duality models pull minilm` fetches it again.")
    tensors = read_safetensors(directory / "model.safetensors")
    try:
        with FileLock(directory / "minilm.lock"):
            if not (path.exists() and is_as_made(directory, precision)):
                part = path.with_suffix(f".{os.getpid()}.part")
                try:
                    part.write_bytes(_Network(tensors, precision).serialised())
                    _note(path).write_text(str(checksums.of_file(part)), "ascii")
                    part.replace(path)
                finally:
                    part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageFailed(
            f"{path} cannot be made ({error.strerror or error}): {disk.why(error, directory)}."
        ) from error
    except KeyError as error:
        raise ModelNotAvailable(
            f"model.safetensors in {directory} lacks the tensor {error}; delete it and run `duality models pull`."
        ) from error
    return path


def is_sound(directory: Path, precision: Precision = "int8") -> bool:
    """Whether the ONNX file is, byte by byte, what the weights give; also where it is not made yet.

    Takes half a second and about 250 MB. Raises ModelNotAvailable if the weights are missing or damaged.
    """
    path = _made(directory, precision)
    if not path.exists():
        return True
    tensors = read_safetensors(directory / "model.safetensors")
    return path.read_bytes() == _Network(tensors, precision).serialised()


def is_as_made(directory: Path, precision: Precision = "int8") -> bool:
    """Whether the ONNX file has the checksum that it was made with; one of an older version is given its own here.

    Takes some hundredths of a second. Raises as `is_sound`.
    """
    path = _made(directory, precision)
    try:
        return int(_note(path).read_text("ascii")) == checksums.of_file(path)
    except FileNotFoundError:
        sound = path.exists() and is_sound(directory, precision)
        if sound:
            with suppress(OSError):
                _note(path).write_text(str(checksums.of_file(path)), "ascii")
        return sound
    except (OSError, ValueError):
        return False


def _note(path: Path) -> Path:
    """Where the checksum of an ONNX file is written down."""
    return path.with_suffix(".crc32")


def drop_damaged(directory: Path, precision: Precision = "int8") -> None:
    """Delete the ONNX file where it is not what the weights give, so that the next use makes it anew."""
    if not is_sound(directory, precision):
        _made(directory, precision).unlink(missing_ok=True)


def _made(directory: Path, precision: Precision) -> Path:
    return directory / f"minilm-{precision}-{RECIPE}.onnx"


class _Network:
    """BERT's encoder, mean pooling and normalisation, written down operator by operator.

    Input `input_ids`, int64 (1, wordpieces); output `embedding`, float32 (1, 384), of length 1.
    """

    def __init__(self, tensors: dict[str, NDArray[np.float32]], precision: Precision) -> None:
        self._tensors = tensors
        self._int8 = precision == "int8"
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def serialised(self) -> bytes:
        """The whole model as the bytes of an ONNX file."""
        from onnx import TensorProto, helper

        hidden = self._embeddings()
        for layer in range(_LAYERS):
            hidden = self._layer(f"encoder.layer.{layer}.", hidden)
        pooled = self._node("ReduceMean", hidden, self._constant("axis_1", np.array([1])), keepdims=0)
        self._node("LpNormalization", pooled, output="embedding", axis=-1, p=2)
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "wordpieces"])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, DIMENSION])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        written: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString()
        return written

    def _node(self, operator: str, *inputs: str, output: str = "", domain: str = "", **options: Any) -> str:
        from onnx import helper

        outputs = [output or f"{operator}_{len(self._nodes)}"]
        self._nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **options))
        return outputs[0]

    def _constant(self, name: str, value: NDArray[Any] | np.float32) -> str:
        from onnx import numpy_helper

        if name not in self._constants:
            # numpy's ascontiguousarray would turn a scalar into a vector of one.
            self._constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def _tensor(self, name: str) -> str:
        return self._constant(name, self._tensors[name])

    def _embeddings(self) -> str:
        from onnx import TensorProto

        words = self._tensors["embeddings.word_embeddings.weight"]
        if self._int8:  # a table of bytes and one scale a row: 12 MB instead of 47
            scale = _scale(np.abs(words).max(axis=1, keepdims=True), 127)
            table = self._constant("words", np.rint(words / scale).astype(np.int8))
            row = self._node("Cast", self._node("Gather", table, "input_ids"), to=TensorProto.FLOAT)
            word = self._node(
                "Mul", row, self._node("Gather", self._constant("words_scale", scale), "input_ids")
            )
        else:
            word = self._node("Gather", self._constant("words", words), "input_ids")
        # Every wordpiece is of type 0, so its vector is added to the positions here, once.
        places = self._tensors["embeddings.position_embeddings.weight"][:POSITIONS]
        places = places + self._tensors["embeddings.token_type_embeddings.weight"][:1]
        axis = self._constant("axis_0", np.array([0]))
        length = self._node("Shape", "input_ids", start=1, end=2)
        place = self._node("Slice", self._constant("places", places), axis, length, axis)
        return self._normalised(self._node("Add", word, place), "embeddings.LayerNorm")

    def _layer(self, prefix: str, hidden: str) -> str:
        joined, bias = (
            np.concatenate(
                [self._tensors[f"{prefix}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for kind in ("weight", "bias")
        )
        context = self._node(
            "MultiHeadAttention",
            *self._thirds(self._product(prefix + "qkv", hidden, joined)),
            self._constant(prefix + "qkv.bias", bias),
            domain=_MICROSOFT,
            num_heads=_HEADS,
        )
        attended = self._linear(prefix + "attention.output", context)
        hidden = self._normalised(self._node("Add", attended, hidden), prefix + "attention.output.LayerNorm")
        weight = self._tensors[prefix + "intermediate.dense.weight"]
        bent = self._node(
            "BiasGelu",
            self._product(prefix + "intermediate", hidden, weight),
            self._tensor(prefix + "intermediate.dense.bias"),
            domain=_MICROSOFT,
        )
        outer = self._linear(prefix + "output", bent, after_gelu=True)
        return self._normalised(self._node("Add", outer, hidden), prefix + "output.LayerNorm")

    def _normalised(self, summed: str, name: str) -> str:
        # Apart from the sum before it: SkipLayerNormalization, which joins the two, takes three times as long.
        scale, shift = self._tensor(name + ".weight"), self._tensor(name + ".bias")
        return self._node("LayerNormalization", summed, scale, shift, axis=-1, epsilon=_EPSILON)

    def _thirds(self, joined: str) -> list[str]:
        from onnx import helper

        names = [f"{joined}.{part}" for part in ("query", "key", "value")]
        self._nodes.append(helper.make_node("Split", [joined], names, axis=-1, num_outputs=3))
        return names

    def _linear(self, name: str, left: str, *, after_gelu: bool = False) -> str:
        product = self._product(name, left, self._tensors[name + ".dense.weight"], after_gelu=after_gelu)
        return self._node("Add", product, self._tensor(name + ".dense.bias"))

    def _product(self, name: str, left: str, weight: NDArray[np.float32], *, after_gelu: bool = False) -> str:
        """`left` times `weight`, which is stored (out, in) as torch does."""
        if not self._int8:
            return self._node("MatMul", left, self._constant(name + ".weight", weight.T))
        scale = _scale(np.abs(weight).max(axis=1), _WEIGHT_MAX)
        table = self._constant(name + ".weight", np.rint(weight / scale[:, None]).astype(np.int8).T)
        one = self._constant("one", np.float32(1))
        zero = self._constant(*_zero_point(after_gelu=after_gelu))
        levels, per_wordpiece = self._levels(left, after_gelu=after_gelu)
        whole = self._node(
            "MatMulIntegerToFloat",
            *(levels, table, one, self._constant(name + ".scale", scale), zero),
            domain=_MICROSOFT,
        )
        return self._node("Mul", whole, per_wordpiece)

    def _levels(self, left: str, *, after_gelu: bool) -> tuple[str, str]:
        """`left` in 8 bits, and the scale of each wordpiece, (1, wordpieces, 1), to multiply back with."""
        name, zero = _zero_point(after_gelu=after_gelu)
        last = self._constant("axis_last", np.array([-1]))
        if after_gelu:  # nearly all positive, with a known least value: most levels go above zero
            floor = np.float32(_GELU_MINIMUM / _GELU_ZERO)
            largest = self._node("ReduceMax", left, last)
        else:
            floor = np.float32(1e-12)
            largest = self._node("ReduceMax", self._node("Abs", left), last)
        steps = self._constant(name + ".steps", np.float32(255 - int(zero)))
        least = self._constant(name + ".least", floor)
        scale = self._node("Max", self._node("Div", largest, steps), least)
        flat = self._node("Reshape", scale, last)
        zeros = self._node("Expand", self._constant(name, zero), self._node("Shape", flat))
        return self._node("QuantizeLinear", left, flat, zeros, axis=1), scale


def _zero_point(*, after_gelu: bool) -> tuple[str, NDArray[np.uint8]]:
    return ("zero_gelu", np.array(_GELU_ZERO, np.uint8)) if after_gelu else ("zero", np.array(128, np.uint8))


def _scale(largest: NDArray[np.float32], levels: int) -> NDArray[np.float32]:
    """The step with which `levels` steps reach `largest`; never zero."""
    return np.maximum(largest / levels, np.finfo(np.float32).tiny).astype(np.float32)
