"""A cross-encoder of a few hundred bytes with the signature of a real one: it says what its table says of the last token."""

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from assistant.doctor import examined
from assistant.settings import Home, load
from assistant.support.choosing import chosen_judge
from assistant.support.encoder import EncoderScorer, encoder_judge, folder_of
from assistant.support.judge import Premise
from assistant.workspace import Workspace
from corpus.errors import ModelNotAvailable

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "true", "false"]
SOURCE = Premise("The green robot arm lifts heavy cups in the kitchen. It never sleeps at night.")


def encoder(folder, labels, *, inputs=("input_ids", "attention_mask", "token_type_ids"), longest=64):
    """Logits by the token before the last separator: for "true" the entailment's, else another's."""
    folder.mkdir(parents=True, exist_ok=True)
    count = max(len(labels), 1)
    table = np.zeros((len(WORDS), count), dtype=np.float32)
    right = next((i for i, label in labels.items() if label.lower() == "entailment"), 0)
    table[WORDS.index("true"), right] = 6.0
    if count > 1:
        table[WORDS.index("false"), (right + 1) % count] = 6.0
    else:
        table[WORDS.index("false"), 0] = -6.0
    nodes = [
        helper.make_node("Slice", ["input_ids", "from", "to", "axis"], ["last"]),
        helper.make_node("Gather", ["table", "last"], ["rows"]),
        helper.make_node("Squeeze", ["rows", "axis"], ["logits"]),
    ]
    constants = [
        numpy_helper.from_array(np.array([-2]), "from"),
        numpy_helper.from_array(np.array([-1]), "to"),
        numpy_helper.from_array(np.array([1]), "axis"),
        numpy_helper.from_array(table, "table"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, count])],
        constants,
    )
    (folder / "onnx").mkdir(exist_ok=True)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(folder / "onnx" / "model.onnx"))
    config = {"max_position_embeddings": longest, "id2label": {str(i): n for i, n in labels.items()}}
    (folder / "config.json").write_text(json.dumps(config))
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token=WORDS[1]))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.mark.parametrize(
    "labels",
    [
        {0: "contradiction", 1: "entailment", 2: "neutral"},
        {0: "ENTAILMENT", 1: "neutral", 2: "contradiction"},
        {0: "not_entailment", 1: "entailment"},
    ],
)
def test_which_logit_is_entailment_is_read_from_the_configuration(tmp_path, labels):
    judge = encoder_judge(encoder(tmp_path / "nli", labels))
    verdict = judge("Some arm lifts heavy cups true", [SOURCE])
    assert (verdict.support, verdict.judge) == ("entailed", "nli")
    assert verdict.probability > 0.95
    assert not judge("Some arm lifts heavy cups false", [SOURCE]).carried


def test_inputs_that_a_model_does_not_name_are_not_given(tmp_path):
    folder = encoder(tmp_path / "two", {0: "entailment", 1: "other"}, inputs=("input_ids", "attention_mask"))
    assert encoder_judge(folder)("Some arm lifts heavy cups true", [SOURCE]).support == "entailed"


def test_a_long_source_is_cut_and_never_the_sentence(tmp_path):
    folder = encoder(tmp_path / "short", {0: "entailment", 1: "other"}, longest=16)
    long = Premise("word " * 300 + SOURCE.text)
    assert encoder_judge(folder)("Some arm lifts heavy cups true", [long]).support == "entailed"
    scorer = EncoderScorer(encoder(tmp_path / "one", {0: "LABEL_0"}, longest=16))  # source second, one logit
    (score,) = scorer.scores([("Some arm lifts cups", [long])], lambda: False)
    assert score == 0.0  # the last token is the source's, cut to what is left beside the sentence


def test_a_model_beside_which_lies_its_own_calibration_is_read_by_it(tmp_path):
    folder = encoder(tmp_path / "own", {0: "entailment", 1: "other"})
    (folder / "calibration.json").write_text('{"slope": 0.1, "intercept": -3, "threshold": 0.9}')
    assert encoder_judge(folder)("Some arm lifts heavy cups true", [SOURCE]).carried is False


@pytest.mark.parametrize("fault", ["absent", "no onnx", "damaged", "another kind"])
def test_one_that_cannot_be_used_is_done_without_and_the_doctor_says_so(tmp_path, caplog, fault):
    folder = tmp_path / "broken"
    if fault != "absent":
        encoder(folder, {0: "positive", 1: "negative"} if fault == "another kind" else {0: "entailment"})
    if fault == "no onnx":
        (folder / "onnx" / "model.onnx").unlink()
    if fault == "damaged":
        (folder / "onnx" / "model.onnx").write_bytes(b"no network")
    with pytest.raises(ModelNotAvailable, match="cross-encoder"):
        EncoderScorer(folder)
    home = Home(tmp_path / "home")
    settings = load({"judge.cross_encoder": str(folder), "model": "extractive"}, home=home, environ={})
    with Workspace(settings, home) as workspace:
        assert chosen_judge(settings, home, workspace.model()).name == "words"
        assert "cross-encoder" in caplog.text
        (found,) = [check for check in examined(workspace) if check.name == "cross-encoder"]
    assert found.severity == "fault"
    assert "judge.cross_encoder" in found.remedy


def test_a_hubs_name_is_looked_for_among_the_weights(tmp_path):
    assert folder_of("someone/nli-small", tmp_path) == tmp_path / "encoders" / "someone--nli-small"
    assert folder_of("./mine", tmp_path).name == "mine"
