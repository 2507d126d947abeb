import hashlib
from types import SimpleNamespace

import huggingface_hub
import pytest

from corpus.errors import ModelNotAvailable
from index import hub_folder

NETWORK = b"a network"


@pytest.fixture
def hub(monkeypatch):
    """A hub that has one repository; what it sends can be changed."""
    sent = {"config.json": b"{}", "tokenizer.json": b"{}", "onnx/model.onnx": NETWORK}
    checksum = SimpleNamespace(sha256=hashlib.sha256(NETWORK).hexdigest())

    class Api:
        def __init__(self, **_):
            pass

        def model_info(self, repository, *, files_metadata):
            if repository != "someone/small":
                raise OSError("404: no such repository\nand much more")
            files = [
                SimpleNamespace(rfilename=n, lfs=checksum if n.endswith(".onnx") else None) for n in sent
            ]
            return SimpleNamespace(sha="abc", siblings=files)

    def snapshot_download(_repository, *, allow_patterns, local_dir, **_):
        for name in allow_patterns:
            (local_dir / name).parent.mkdir(parents=True, exist_ok=True)
            (local_dir / name).write_bytes(sent[name])

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    monkeypatch.setattr(hub_folder, "check_hub", lambda _: None)
    return sent


def test_a_model_is_fetched_with_its_checksum(hub, tmp_path):
    assert (
        hub_folder.fetch_folder("someone/small", tmp_path / "m", ("model.onnx", "onnx/model.onnx")) == "abc"
    )
    assert (tmp_path / "m" / "onnx" / "model.onnx").read_bytes() == NETWORK
    hub["onnx/model.onnx"] = b"a login page"
    with pytest.raises(ModelNotAvailable, match="checksum"):
        hub_folder.fetch_folder("someone/small", tmp_path / "m", ("onnx/model.onnx",))
    assert (tmp_path / "m" / "onnx" / "model.onnx").read_bytes() == NETWORK  # what was there stays


def test_what_the_hub_does_not_have_is_said_in_one_line(hub, tmp_path):
    with pytest.raises(ModelNotAvailable, match=r"from the hub: 404: no such repository$"):
        hub_folder.fetch_folder("someone/other", tmp_path / "m", ("model.onnx",))
    with pytest.raises(ModelNotAvailable, match=r"has no model\.onnx"):
        hub_folder.fetch_folder("someone/small", tmp_path / "m", ("model.onnx",))
