"""What the entrance itself answers, and what every reply of the page promises to the browser."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse

from assistant.page import asset

if TYPE_CHECKING:
    from starlette.types import Message

_INLINE: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
PROMISES: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def policy(html: bytes = b"") -> str:
    """What a document may load: nothing from elsewhere, and of scripts inside it just those that it was sent with.

    'unsafe-eval' stays because gradio's HTML component makes its script from text, 'unsafe-inline' for styles because
    its components set their own.
    """
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in _INLINE.findall(html)
    )
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def promised(message: Message) -> None:
    """Adds the promises to the start of a response."""
    headers = MutableHeaders(scope=message)
    for name, value in PROMISES.items():
        headers[name] = value
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]  # no other site reads anything
    headers.setdefault("Content-Security-Policy", policy())


def refused(sentence: str, status: int, retry_after: float = 0.0) -> PlainTextResponse:
    """A refusal as one sentence."""
    headers = {"Retry-After": f"{retry_after:.0f}"} if retry_after else None
    return PlainTextResponse(sentence, status, headers=headers)


def login_form(*, named: bool, said: str = "", status: int = 401) -> HTMLResponse:
    """The page that asks for the password."""
    html = asset("login.html").replace("{said}", said).replace("{name}", _NAME if named else "")
    return HTMLResponse(
        html, status, headers={"Content-Security-Policy": policy(html.encode()), "Cache-Control": "no-store"}
    )


_NAME: Final = '<label>Name <input name="name" autocomplete="username" required></label>'
