"""all-MiniLM-L6-v2 as the usual recipe runs it: fp32, plain operators, batches padded to one length, a mask.

The graph has the shape of an export from the training framework; onnxruntime joins its operators itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.minilm import read_safetensors

if TYPE_CHECKING:
    from pathlib import Path

LAYERS, HEADS, WIDTH = 6, 12, 384


def session(weights: Path) -> Any:
    """An onnxruntime session with inputs input_ids and attention_mask, (texts, tokens), and a vector a token."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    tensors = read_safetensors(weights / "model.safetensors")
    nodes: list[Any] = []
    constants: dict[str, Any] = {}

    def put(operator: str, *inputs: str, **options: Any) -> str:
        name = options.pop("output", f"{operator}_{len(nodes)}")
        nodes.append(helper.make_node(operator, list(inputs), [name], **options))
        return str(name)

    def value(name: str, array: Any) -> str:
        constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def tensor(name: str) -> str:
        return value(name, tensors[name])

    def linear(left: str, name: str) -> str:
        return put(
            "Add",
            put("MatMul", left, value(name + ".w", tensors[name + ".weight"].T)),
            tensor(name + ".bias"),
        )

    def normal(left: str, name: str) -> str:
        return put(
            "LayerNormalization",
            left,
            tensor(name + ".weight"),
            tensor(name + ".bias"),
            axis=-1,
            epsilon=1e-12,
        )

    places = (
        tensors["embeddings.position_embeddings.weight"]
        + tensors["embeddings.token_type_embeddings.weight"][:1]
    )
    zero = value("zero", np.array([0]))
    length = put("Shape", "input_ids", start=1, end=2)
    word = put("Gather", tensor("embeddings.word_embeddings.weight"), "input_ids")
    hidden = normal(
        put("Add", word, put("Slice", value("places", places), zero, length, zero)), "embeddings.LayerNorm"
    )
    mask = put("Cast", "attention_mask", to=TensorProto.FLOAT)
    axes = value("axes", np.array([1, 2]))
    away = put(
        "Mul",
        put("Sub", value("unit", np.array([1.0], np.float32)), put("Unsqueeze", mask, axes)),
        value("far", np.array([-1e9], np.float32)),
    )
    heads, flat = (
        value("heads", np.array([0, 0, HEADS, WIDTH // HEADS])),
        value("flat", np.array([0, 0, WIDTH])),
    )
    root = value("root", np.array([(WIDTH // HEADS) ** 0.5], np.float32))
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        query, keys, values = (
            put("Reshape", linear(hidden, f"{at}attention.self.{part}"), heads)
            for part in ("query", "key", "value")
        )
        scores = put(
            "MatMul", put("Transpose", query, perm=[0, 2, 1, 3]), put("Transpose", keys, perm=[0, 2, 3, 1])
        )
        weight = put("Softmax", put("Add", put("Div", scores, root), away), axis=-1)
        context = put(
            "Transpose", put("MatMul", weight, put("Transpose", values, perm=[0, 2, 1, 3])), perm=[0, 2, 1, 3]
        )
        attended = linear(put("Reshape", context, flat), at + "attention.output.dense")
        hidden = normal(put("Add", attended, hidden), at + "attention.output.LayerNorm")
        inner = linear(hidden, at + "intermediate.dense")
        bent = put("Erf", put("Div", inner, value("root2", np.array([2**0.5], np.float32))))
        bent = put(
            "Mul", put("Mul", inner, put("Add", bent, "unit")), value("half", np.array([0.5], np.float32))
        )
        hidden = normal(put("Add", linear(bent, at + "output.dense"), hidden), at + "output.LayerNorm")
    put("Identity", hidden, output="last_hidden_state")
    shape = ["texts", "tokens"]
    graph = helper.make_graph(
        nodes,
        "usual",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, WIDTH])],
        list(constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
