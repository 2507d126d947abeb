"""Servers behind a base URL with the habits that such servers have: the reply is read, or why not is said in a sentence."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from assistant.chat.failures import ContextTooSmall, ProviderFailed
from assistant.chat.listening import Reply
from assistant.chat.models import resolve
from assistant.settings import Home, load

WORDS = "The otter dives [1]."
USAGE = {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105}


def delta(content=None, finish=None, usage=None, **more):
    said = ({} if content is None else {"content": content}) | more
    event = {"choices": [{"index": 0, "delta": said, "finish_reason": finish}]}
    return event | ({"usage": usage} if usage else {})


GOOD = [delta("The otter "), delta("dives [1]."), delta(finish="stop")]


class Server(BaseHTTPRequestHandler):
    """Answers with its class's `habit`: (status, body), a list of events, or what makes one of request and path."""

    habit: object = None
    requests: ClassVar[list] = []

    def do_POST(self):
        """One request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append((self.path, body))
        reply = self.habit(body, self.path) if callable(self.habit) else self.habit
        if isinstance(reply, list):
            status, sent = (
                200,
                "".join(f"data: {json.dumps(event)}\n\n" for event in reply) + "data: [DONE]\n\n",
            )
        else:
            status, sent = reply
        sent = sent if isinstance(sent, str) else json.dumps(sent)
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent.encode())))
        self.end_headers()
        self.wfile.write(sent.encode())

    def log_message(self, *_):
        """Silent."""


@contextmanager
def serving(habit):
    kind = type(
        "Habit", (Server,), {"habit": staticmethod(habit) if callable(habit) else habit, "requests": []}
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kind.requests
    finally:
        server.shutdown()
        server.server_close()


def reply(address, path="/v1"):
    set_ = {"model": "m", "base_url": f"{address}{path}", "api_key_env": "OTTER_KEY"}
    home = Home(Path("nowhere"))
    from langchain_core.messages import HumanMessage, SystemMessage

    return Reply(
        resolve(load(set_, home=home, environ={}), home), [SystemMessage("Be brief."), HumanMessage("?")]
    )


@pytest.mark.parametrize(
    "habit",
    [
        GOOD,
        (200, {"choices": [{"message": {"content": WORDS}, "finish_reason": "stop"}]}),
        lambda body, _: (
            (400, {"error": "Unknown field: stream_options"}) if "stream_options" in body else GOOD
        ),
        lambda body, _: (
            (400, {"error": {"message": "System role not supported"}})
            if body["messages"][0]["role"] == "system"
            else GOOD
        ),
        [delta([{"type": "thinking", "thinking": "Hm."}]), *GOOD],
        [delta([{"type": "text", "text": WORDS}]), delta(finish="stop")],
        [{"choices": None}, {"choices": []}, *GOOD],
        [delta("<think>The other [2]. "), delta("Maybe.</think>\n\n"), *GOOD],
        [delta("The other [2]. Maybe.\n</think>\n"), *GOOD],
        [
            delta("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>"),
            *GOOD,
        ],
        [delta("```markdown\n"), *GOOD[:2], delta("\n```"), delta(finish="stop")],
        [*GOOD[:2], delta("<|im_end|>"), delta(finish="stop")],
    ],
)
def test_the_reply_is_read(habit):
    with serving(habit) as (address, _):
        heard = reply(address)
        assert heard.whole().strip() == WORDS
        assert heard.cut == ""


def test_an_address_without_its_ending_is_tried_with_it():
    def habit(_, path):
        return GOOD if path.startswith("/v1/") else (404, "404 page not found")

    with serving(habit) as (address, requests):
        assert reply(address, "").whole() == WORDS
        assert [path for path, _ in requests] == ["/chat/completions", "/v1/chat/completions"]


def test_usage_that_grows_is_not_added_up():
    with serving([delta("word ", usage=USAGE | {"completion_tokens": n}) for n in range(9)]) as (address, _):
        heard = reply(address)
        heard.whole()
        assert heard.tokens == {"input": 100, "output": 8}


@pytest.mark.parametrize(
    ("habit", "said"),
    [
        ([delta("The otter dives"), delta(finish="length")], "length limit.*max_answer_tokens"),
        ([delta(reasoning_content="Hm."), delta(finish="length")], "thinking.*max_answer_tokens"),
        ([delta("The otter di")], "ended before its reply did"),
        ([delta(finish="content_filter")], "withheld"),
    ],
)
def test_a_reply_that_is_not_whole_says_why(habit, said):
    import re

    with serving(habit) as (address, _):
        heard = reply(address)
        heard.whole()
        assert re.search(said, heard.cut)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            401,
            {"error": {"message": "Incorrect API key provided: sk-abcdefgh1234567"}},
            "refused the key.*OTTER_KEY",
        ),
        (429, {"error": {"message": "You exceeded your current quota"}}, "no quota left"),
        (404, {"error": {"message": 'model "m" not found'}}, "no model m at http"),
        (404, "404 page not found", "base_url, which often ends in /v1"),
        (200, "<!DOCTYPE html><html>Sign in</html>", "A web page, not a model"),
        (200, {"error": "Unexpected endpoint or method."}, "Unexpected endpoint or method"),
        (500, {"error": {"message": "out of memory"}}, "HTTP 500.*out of memory"),
    ],
)
def test_a_failure_is_a_sentence_with_its_remedy(status, body, said):
    with (
        serving((status, body)) as (address, _),
        pytest.raises(ProviderFailed, match=said) as told,
    ):
        reply(address).whole()
    assert "sk-abcdefgh" not in str(told.value)
    assert told.value.exit_code == 4


def test_too_small_a_context_is_told_apart():
    body = {"error": {"message": "request (6553 tokens) exceeds the available context size (4096 tokens)"}}
    with (
        serving((400, body)) as (address, _),
        pytest.raises(ContextTooSmall, match="evidence_tokens"),
    ):
        reply(address).whole()


def test_nobody_there_is_told_with_the_address():
    with serving(GOOD) as (address, _):
        pass
    with pytest.raises(ProviderFailed, match=f"Nobody answers at {address}"):
        reply(address).whole()


def test_a_loopback_address_goes_through_no_proxy(monkeypatch):
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:1")
    with serving(GOOD) as (address, _):
        assert reply(address).whole() == WORDS
