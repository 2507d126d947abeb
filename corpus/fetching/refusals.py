"""Why an address did not give a PDF, in the words that follow the host's name."""

from __future__ import annotations

import html
import re

TITLE = re.compile(rb"<title[^>]*>(.{1,300}?)</title", re.IGNORECASE | re.DOTALL)
STATUS = {
    401: "answers 401: it wants a login",
    403: "answers 403: it refuses programs, or this one",
    404: "answers 404: the file is not there",
    408: "answers 408: it is too slow",
    410: "answers 410: the file was taken away",
    429: "answers 429: it was asked too often",
    451: "answers 451: it may not give the file here",
    503: "answers 503: it is overloaded",
}


class Refused(Exception):
    """The address does not give this PDF.

    Args:
        reason: The words after the host's name.
        later: Whether another day may do.
    """

    def __init__(self, reason: str, *, later: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.later = later


class Unanswered(Exception):
    """The host takes no connection."""


class Again(Exception):
    """Worth another attempt.

    Args:
        reason: The words after the host's name.
        wait: Seconds the host asks for; None where it does not say.
        host: Who asks, where it is not the address's own host.
        weight: How many attempts it counts for.
    """

    def __init__(self, reason: str, wait: float | None = None, host: str = "", weight: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.host = host
        self.weight = weight


def answered(status: int) -> str:
    """An answer that is no file, in words."""
    return STATUS.get(status, f"answers {status}")


def web_page(body: bytes) -> str:
    """What came instead of a PDF; a web page by its title."""
    if not body.strip():
        return "sends an empty file"
    if not re.match(rb"\s*(\xef\xbb\xbf)?\s*<", body):
        return "sends something that is not a PDF"
    found = TITLE.search(body)
    words = " ".join(html.unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
    shown = "".join(letter for letter in words if letter.isprintable())[:60]
    return f"sends a web page instead of the PDF{f' (“{shown}”)' if shown else ''}"
