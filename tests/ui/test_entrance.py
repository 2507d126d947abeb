"""Who gets in: requests that an attacker would send, put to the page as it is served."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assistant.workspace import Workspace

WRITTEN = "the words of another folder"


@pytest.fixture
def caller(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client


def called(caller: httpx.Client, **body: Any) -> str:
    """What the page says to a call of one of its functions, whole; the call's own refusal where it is refused."""
    session = str(body.setdefault("session_hash", "stranger"))
    joined = caller.post("gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        assert joined.status_code < 500, joined.text
        return joined.text
    told = []
    with caller.stream("GET", "gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            told.append(line)
            if line.startswith("data:") and json.loads(line[5:])["msg"] in (
                "process_completed",
                "close_stream",
            ):
                break
    return "\n".join(told)


@pytest.mark.parametrize("meta", [{"_type": "gradio.FileData"}, {"_type": "gradio.FileDataWithData"}, {}])
def test_a_file_of_the_machine_is_neither_copied_nor_served(
    caller: httpx.Client, workspace: Workspace, tmp_path: Path, meta: dict[str, str]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(WRITTEN, "utf-8")
    named = {"path": str(secret), "meta": meta}
    said = called(caller, fn_index=1, trigger_id=12, data=[named, [], []])
    assert WRITTEN not in said
    for file in (secret, *workspace.home.arriving.rglob("*")):
        reply = caller.get(f"gradio_api/file={file}")
        assert WRITTEN not in reply.text
    copies = [
        f for f in workspace.home.arriving.rglob("*") if f.is_file() and WRITTEN in f.read_text("utf-8")
    ]
    assert copies == []


def test_what_is_uploaded_arrives_where_nobody_else_reads(workspace: Workspace, address: str) -> None:
    assert stat.S_IMODE(workspace.home.arriving.stat().st_mode) == 0o700
