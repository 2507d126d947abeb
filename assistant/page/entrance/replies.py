"""What the entrance itself answers, and what every reply of the page promises to the browser."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse

from assistant.page import asset

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Message, Receive, Scope, Send

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


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal in one sentence; where gradio's script asks, in the form in which it shows one.

    Attributes:
        sentence: What is wrong and what to do.
        status: The status of the reply.
        retry_after: Seconds after which it may be tried again; 0 where waiting does not help.
    """

    sentence: str
    status: int
    retry_after: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with it."""
        headers = {"Retry-After": f"{self.retry_after:.0f}"} if self.retry_after else None
        reply: Response = PlainTextResponse(self.sentence, self.status, headers=headers)
        if scope["path"].startswith("/gradio_api/"):
            reply = JSONResponse({"detail": self.sentence}, self.status, headers=headers)
        await reply(scope, receive, send)


def login_form(*, named: bool, said: str = "", status: int = 401) -> HTMLResponse:
    """The page that asks for the password."""
    html = asset("login.html").replace("{said}", said).replace("{name}", _NAME if named else "")
    return HTMLResponse(
        html, status, headers={"Content-Security-Policy": policy(html.encode()), "Cache-Control": "no-store"}
    )


_NAME: Final = '<label>Name <input name="name" autocomplete="username" required></label>'
