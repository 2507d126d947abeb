"""A visitor of the page without a browser: speaks gradio's own protocol over HTTP, and counts what comes."""

from __future__ import annotations

import json
import secrets
import time
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

API = "gradio_api"
PATIENCE_SECONDS = 300.0


@dataclass(slots=True)
class Heard:
    """What one event brought.

    Attributes:
        outputs: The last value of each output, by the component's name; one left as it was is not there.
        seen: The values of each output in turn, as a browser is given them.
        received: Bytes of the event stream.
        seconds: From asking to the last message.
        first: From asking to the first value; 0 where none came.
        trouble: What the server said instead of a result; "" where it gave one.
    """

    outputs: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, list[Any]] = field(default_factory=dict)
    received: int = 0
    seconds: float = 0.0
    first: float = 0.0
    trouble: str = ""


class Visitor:
    """One browser tab.

    Args:
        address: Of the page, "http://127.0.0.1:7860/".
        tab: The name that a browser keeps for its tab; a page loaded again comes with the same.
    """

    def __init__(self, address: str, tab: str | None = None) -> None:
        self.tab = tab or secrets.token_hex(8)
        self.session = secrets.token_hex(6)
        self.http = httpx.Client(
            base_url=address,
            trust_env=False,
            timeout=PATIENCE_SECONDS,
            headers={"Origin": address.rstrip("/")},
        )
        self.http.get("/").raise_for_status()
        config = self.http.get("/config").raise_for_status().json()
        names = {one["id"]: _name(one) for one in config["components"]}
        self._events = {
            (names.get(component, ""), event): (
                one["id"],
                [names.get(output, "") for output in one["outputs"]],
            )
            for one in config["dependencies"]
            for component, event in one["targets"]
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def arrive(self) -> Heard:
        """The page is loaded: the conversation of the tab comes back."""
        return self.event("bridge", "arrived", {"tab": self.tab})

    def ask(self, text: str) -> Heard:
        """A question typed, and its whole answer."""
        return self.event("question", "submit", data=[text, [], []])

    def event(
        self, component: str, event: str, event_data: dict[str, Any] | None = None, data: Sequence[Any] = ()
    ) -> Heard:
        """One event and all it brings.

        Args:
            component: Its name on the page; "bridge" for the page's own script.
            event: Which of its events.
            event_data: What the script gives with it.
            data: The inputs' values.
        """
        heard = Heard()
        for _ in self.following(heard, component, event, event_data, data):
            pass
        return heard

    def following(
        self,
        heard: Heard,
        component: str,
        event: str,
        event_data: dict[str, Any] | None = None,
        data: Sequence[Any] = (),
    ) -> Iterator[Heard]:
        """As `event`, each time that something came; a caller who goes away in between is a reader who is gone."""
        number, names = self._events[component, event]
        begun = time.monotonic()
        body = {
            "data": list(data),
            "fn_index": number,
            "session_hash": self.session,
            "event_data": event_data,
        }
        joined = self.http.post(f"/{API}/queue/join", json=body)
        if joined.status_code != httpx.codes.OK:
            heard.trouble = joined.text
            return
        values: list[Any] = []
        with self.http.stream("GET", f"/{API}/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                heard.received += len(line.encode()) + 1
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message["msg"] == "close_stream":
                    break
                if message["msg"] not in ("process_generating", "process_completed"):
                    continue
                if not message["success"]:
                    heard.trouble = str(message["output"])
                values = _grown(values, message)
                heard.first = heard.first or time.monotonic() - begun
                for name, value in zip(names, values, strict=False):
                    _put(heard, name, value)
                yield heard
        heard.seconds = time.monotonic() - begun


def _name(component: dict[str, Any]) -> str:
    props = component["props"]
    if props.get("elem_id"):
        return str(props["elem_id"])
    return "bridge" if "hidden-bridge" in (props.get("elem_classes") or ()) else ""


def _grown(values: list[Any], message: dict[str, Any]) -> list[Any]:
    """The outputs after one more message: whole in the first and the last, edits of them in between."""
    data = message["output"].get("data") or []
    if message["msg"] == "process_completed" or not values:
        return list(data) or values
    return [_edited(value, edits) for value, edits in zip(values, data, strict=True)]


def _edited(value: Any, edits: list[Any]) -> Any:
    value = deepcopy(value) if edits else value
    for kind, path, new in edits:
        if not path:
            value = value + new if kind == "append" else new
            continue
        inner = value
        for key in path[:-1]:
            inner = inner[key]
        last = path[-1]
        if kind == "delete":
            del inner[last]
        elif kind == "add" and isinstance(inner, list):
            inner.insert(last, new)
        else:
            inner[last] = inner[last] + new if kind == "append" else new
    return value


def _put(heard: Heard, name: str, value: Any) -> None:
    if isinstance(value, dict) and value.get("__type__") == "update":
        if "value" not in value:
            return
        value = value["value"]
    if heard.outputs.get(name) != value:
        heard.seen.setdefault(name, []).append(value)
    heard.outputs[name] = value
