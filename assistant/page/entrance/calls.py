"""Which functions of the page may be called over the network, and with what: strings, lists of strings, own uploads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_TEXT: Final = (
    200_000  # characters; what is longer than a question may be is told by the assistant in its words
)
MOST_ITEMS: Final = 1000
LONGEST_ITEM: Final = 2000
Kind = Callable[[Any, Callable[[str], bool]], bool]
"""Tells whether a value is of the kind; is given what tells whether a file was uploaded by the caller."""


class Call(BaseModel):
    """What gradio's own script sends; anything else that gradio would take is not handed on."""

    model_config = ConfigDict(extra="ignore", strict=True)

    session_hash: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    fn_index: Annotated[int, Field(ge=0, le=10_000)]
    trigger_id: Annotated[int, Field(ge=0, le=100_000)] | None = None
    data: Annotated[list[Any], Field(max_length=40)]
    event_data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the page.

    Attributes:
        inputs: The kind of each input.
        triggers: Ids of the components that call it.
        event: The kinds of what comes with the event; None where nothing does.
        writes: Whether it makes an answer, a comparison or a summary.
        queued: Whether it waits for its turn.
    """

    inputs: tuple[Kind, ...]
    triggers: frozenset[int]
    event: Mapping[str, Kind] | None
    writes: bool
    queued: bool


class Calls:
    """The functions of one page.

    Args:
        functions: By gradio's number.
    """

    def __init__(self, functions: Mapping[int, Function]) -> None:
        self.functions = functions

    @classmethod
    def of(cls, page: Any, events: Mapping[str, Mapping[str, Kind]], writing: str) -> Calls:
        """The functions of gradio's blocks.

        Args:
            page: The blocks.
            events: The kinds of what comes with each event of the bridge, by its name.
            writing: The concurrency id of the functions that write.
        """
        found = {}
        for number, function in page.fns.items():
            names = {name for _, name in function.targets}
            event = next((events[name] for name in names if name in events), None)
            kinds = tuple(_kind_of(component) for component in function.inputs)
            triggers = frozenset(int(of) for of, _ in function.targets if of is not None)
            writes = function.concurrency_id == writing
            found[int(number)] = Function(kinds, triggers, event, writes, queued=function.queue is not False)
        return cls(found)

    def read(self, body: Any, uploaded: Callable[[str], bool]) -> Call | None:
        """The call that a body asks for; None where it is none that the page makes.

        Args:
            body: The JSON of the request.
            uploaded: Tells whether a file's path was handed to the caller for an upload.
        """
        try:
            call = Call.model_validate(body)
        except (ValidationError, RecursionError):
            return None
        function = self.functions.get(call.fn_index)
        if function is None or call.trigger_id not in {None, *function.triggers}:
            return None
        if len(call.data) != len(function.inputs):
            return None
        if not all(fits(value, uploaded) for fits, value in zip(function.inputs, call.data, strict=True)):
            return None
        event = _event(call.event_data, function.event, uploaded)
        if event is _WRONG:
            return None
        data = [
            _plain(value) if kind is _files else value
            for kind, value in zip(function.inputs, call.data, strict=True)
        ]
        return call.model_copy(update={"event_data": event, "data": data})


_WRONG: Final = object()


def _event(
    given: dict[str, Any] | None, kinds: Mapping[str, Kind] | None, uploaded: Callable[[str], bool]
) -> Any:
    if kinds is None:
        return None  # what a component says of itself is not needed by any function
    given = given or {}
    if all(name in given and fits(given[name], uploaded) for name, fits in kinds.items()):
        return {name: given[name] for name in kinds}
    return _WRONG


def text(value: Any, uploaded: Callable[[str], bool]) -> bool:  # noqa: ARG001 - a Kind
    """A string that is not too long, of characters that can be written."""
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not re.search(r"[\ud800-\udfff]", value)


def texts(value: Any, uploaded: Callable[[str], bool]) -> bool:
    """A list of such strings."""
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        return False
    return all(text(item, uploaded) and len(item) <= LONGEST_ITEM for item in value)


def number(value: Any, uploaded: Callable[[str], bool]) -> bool:  # noqa: ARG001 - a Kind
    """A whole number such as a turn has."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**6


def numbers(value: Any, uploaded: Callable[[str], bool]) -> bool:
    """A list of such numbers."""
    return (
        isinstance(value, list) and len(value) <= MOST_ITEMS and all(number(item, uploaded) for item in value)
    )


def yes_or_no(value: Any, uploaded: Callable[[str], bool]) -> bool:  # noqa: ARG001 - a Kind
    """True or false."""
    return isinstance(value, bool)


def _nothing(value: Any, uploaded: Callable[[str], bool]) -> bool:  # noqa: ARG001 - a Kind
    """For what the server keeps itself."""
    return value is None or value in ("", [])


def _files(value: Any, uploaded: Callable[[str], bool]) -> bool:
    """Files that the caller uploaded."""
    return value is None or (
        isinstance(value, list)
        and len(value) <= MOST_ITEMS
        and all(
            isinstance(file, dict) and isinstance(file.get("path"), str) and uploaded(file["path"])
            for file in value
        )
    )


def _plain(files: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Of each file only its path: nothing else of it is needed, and gradio would follow some of it."""
    return files and [{"path": file["path"], "meta": {"_type": "gradio.FileData"}} for file in files]


def _one_of(choices: Sequence[Any]) -> Kind:
    allowed = {value for _, value in choices}
    return lambda value, uploaded: isinstance(value, str) and value in allowed  # noqa: ARG005 - a Kind


def _or_none(kind: Kind) -> Kind:
    return lambda value, uploaded: value is None or kind(value, uploaded)


def _kind_of(component: Any) -> Kind:
    """What a component of the page sends."""
    name = type(component).__name__
    if name == "Dropdown":
        return _or_none(texts if component.multiselect else text)
    return {
        "Textbox": _or_none(text),
        "Radio": _one_of(getattr(component, "choices", ())),
        "File": _files,
    }.get(name, _nothing)
