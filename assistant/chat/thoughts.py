"""What a reply says to its reader: without thoughts, channels, control tokens and the fence around the whole.

Models think in the open: between tags (`<think>…</think>`), before a closing tag whose opening one stood in the
prompt, or in a channel of their own (`<|channel|>analysis<|message|>…<|channel|>final<|message|>…`).
"""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = r"(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflections?|analysis|scratchpad|seed:think|reasoning_content)"
_CLOSED: Final = re.compile(rf"<({_NAMES})>.*?</\1>", re.DOTALL | re.IGNORECASE)
_CLOSING: Final = re.compile(rf".*</{_NAMES}>", re.DOTALL | re.IGNORECASE)
_OPEN: Final = re.compile(rf"<{_NAMES}>.*", re.DOTALL | re.IGNORECASE)
_CHANNEL: Final = re.compile(r".*<\|channel\|>\s*final\s*<\|message\|>", re.DOTALL | re.IGNORECASE)
_OTHER_CHANNEL: Final = re.compile(r"<\|channel\|>(?!\s*final\s*<\|message\|>).*", re.DOTALL | re.IGNORECASE)
_CONTROL: Final = re.compile(r"<\|[\w ./-]{1,40}\|>")
_FENCE: Final = re.compile(r"\A\s*```(?:markdown|md|text|plaintext)?[ \t]*\n(.*?)(?:\n```\s*)?\Z", re.DOTALL)
_BEGUN: Final = re.compile(r"<[^<>\s]{0,24}\Z|<\|[^<>]{0,40}\Z")


def spoken(text: str, *, ended: bool = True) -> str:
    """The words of a reply that are meant for its reader.

    It may shrink as the reply grows: a closing tag alone shows that all before it was thought.

    Args:
        text: What the model wrote so far.
        ended: Whether that is all; while it is not, a tag that is being written is held back.
    """
    if "<" in text:
        text = text if ended else _BEGUN.sub("", text)
        text = _CHANNEL.sub("", text)
        text = _OTHER_CHANNEL.sub("", text)
        text = _CLOSED.sub("", text)
        text = _CLOSING.sub("", text)
        text = _OPEN.sub("", text)
        text = _CONTROL.sub("", text)
    if fenced := _FENCE.match(text):
        text = fenced[1]
    return text.lstrip()
