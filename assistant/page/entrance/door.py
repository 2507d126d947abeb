"""The one way in: each request is looked at before gradio or an address of the page sees anything of it.

In this order: is it for this page (Host), does the page itself ask (Origin), is there such an address, is the
visitor let in (password), is the call one that the page makes (function, types, own session, own uploads), and is
it within what one visitor may do in an hour.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse

from assistant.page.entrance.replies import Refusal, login_form, policy, promised
from assistant.page.entrance.visitors import Allowance, Belongings, Tokens, Visitor

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.page.entrance.calls import Call, Calls
    from assistant.page.entrance.hosts import Hosts
    from assistant.page.entrance.passwords import Passwords

log = logging.getLogger(__name__)
API: Final = "/gradio_api"
JOIN: Final = f"{API}/queue/join"
UPLOAD: Final = f"{API}/upload"
# What the page asks of gradio, as seen in the browser; nothing else that gradio answers can be reached.
READ: Final = re.compile(
    r"/|/(assets|static|look)/[\w./@-]+|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt|/config/?"
    rf"|/pages|/words|/figure|/pdf|/card|/export|/picture|{API}/(app_id/?|startup-events|queue/data|upload_progress|heartbeat/[\w-]{{1,64}})"
)
DIRECT: Final = re.compile(rf"{API}/(run|api)/[\w-]{{1,60}}/?")  # functions that need no place in the queue
WRITE: Final = re.compile(rf"{JOIN}|{UPLOAD}|{API}/cancel|{DIRECT.pattern}|/login|/logout")
LARGEST_CALL: Final = 1024**2  # bytes; a question of 100,000 characters fits in
LARGEST_LOGIN: Final = 4096
ADDRESS_BYTES: Final = 16_384
SLOW_DOWN: Final = "You have asked for much in the last hour: please wait {minutes} and go on then."


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is let in, and to what.

    Attributes:
        hosts: The names that are answered.
        passwords: Who is let in; None for whoever reaches the port.
        read_only: Whether nothing can be added.
        questions: Questions, comparisons and summaries of one visitor in an hour; 0 for any number.
        uploads: Files of one visitor in an hour; 0 for any number.
    """

    hosts: Hosts
    passwords: Passwords | None = None
    read_only: bool = False
    questions: int = 0
    uploads: int = 0
    proxied: bool = field(default=False, kw_only=True)


class Entrance:
    """An ASGI application before another.

    Args:
        within: What is asked once a request is let in.
        terms: Who is let in.
        calls: The functions that can be called.
        secret: What visitors' tokens are signed with.
    """

    def __init__(self, within: ASGIApp, terms: Terms, calls: Calls, secret: bytes) -> None:
        self.within = within
        self.terms = terms
        self.calls = calls
        self.tokens = Tokens(secret)
        self.belongings = Belongings()
        self.questions = Allowance(terms.questions)
        self.uploads = Allowance(terms.uploads)
        self.failures = Allowance(10, 300.0)  # wrong passwords of one address in five minutes
        self._trying = anyio.Semaphore(1)  # passwords are tried one by one: each costs a fifth of a second
        self.cookie = f"duality-{terms.hosts.port}"  # cookies are shared by all ports of a host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] == "lifespan":
            await self.within(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                promised(message)
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._stranger(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, sent)
            return
        visitor = self._visitor(scope, headers)
        path, method = _path(scope), scope["method"]
        if self.terms.passwords is not None and not visitor.known:
            await self._log_in(self.terms.passwords, scope, receive, sent)
        elif path in ("/login", "/logout") and self.terms.passwords is None:
            await Refusal("There is no such address.", 404)(scope, receive, sent)
        elif path in ("/login", "/logout"):
            await self._back(self._set_cookie(scope, "") + "; Max-Age=0")(scope, receive, sent)
        elif path == "/":
            await self._page(scope, receive, sent, visitor)
        elif method == "POST" and (path == JOIN or DIRECT.fullmatch(path)):
            await self._call(scope, receive, sent, visitor)
        elif path == UPLOAD:
            await self._upload(scope, receive, sent, visitor)
        elif not self._own_session(scope, path, visitor):
            await Refusal("This conversation is another visitor's, or over: reload the page.", 403)(
                scope, receive, sent
            )
        else:
            await self._hand_on(scope, receive, sent)

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in; what goes wrong there is told in a sentence, and its traceback only with --debug."""
        begun = ended = False

        async def sent(message: Message) -> None:
            nonlocal begun, ended
            begun = True
            ended = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        if not self.terms.proxied:  # only a proxy may say where a request came from
            kept = [(name, value) for name, value in scope["headers"] if not name.startswith(b"x-forwarded-")]
            scope = {**scope, "headers": kept}
        try:
            await self.within(scope, receive, sent)
        except OSError:
            raise  # a disk that refuses, or a connection that ended
        except Exception as error:
            log.debug("%s could not be answered", _path(scope), exc_info=True)
            if not begun:
                log.error("%s could not be answered (%s)", _path(scope), type(error).__name__)  # noqa: TRY400 - see above
                await Refusal("The page could not answer this: reload it and try again.", 500)(
                    scope, receive, send
                )
            elif not ended:
                await send({"type": "http.response.body", "body": b""})

    # --- is it for this page, and from it ---

    def _stranger(self, scope: Scope, headers: Headers) -> Refusal | None:
        """The refusal of a request that is not for this page or not from it."""
        host, method, path = headers.get("host", ""), scope["method"], _path(scope)
        server = scope.get("server")
        if len(headers.getlist("host")) != 1 or not self.terms.hosts.answers(
            host, server[0] if server else None
        ):
            return Refusal(
                f"This page does not answer to the name {host[:100]!r}: open it at the address that its terminal says, "
                "or start it with --allow-host and that name.",
                421,
            )
        origin = headers.get("origin")
        own = origin in (f"http://{host}", f"https://{host}")
        writes = method not in ("GET", "HEAD")
        if (origin is not None and not own) or (writes and not own):
            return Refusal("Only the page itself may ask for this: its Origin is missing or another's.", 403)
        if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site") and not (
            path == "/" and headers.get("sec-fetch-mode") == "navigate"
        ):
            return Refusal("Only the page itself may ask for this.", 403)
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) > ADDRESS_BYTES:
            return Refusal("The address is too long.", 414)
        allowed = WRITE if method == "POST" else READ if not writes else None
        if allowed is None:
            return Refusal("The page is read with GET and asked with POST.", 405)
        if not allowed.fullmatch(path) or ".." in path or "//" in path:
            return Refusal("There is no such address.", 404)
        return None

    def _visitor(self, scope: Scope, headers: Headers) -> Visitor:
        """Who asks; by the address where no token of ours came along."""
        for part in headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == self.cookie and (visitor := self.tokens.read(value)):
                return visitor
        return Visitor(f"address {_address(scope)}")

    def _own_session(self, scope: Scope, path: str, visitor: Visitor) -> bool:
        """Whether what is listened to was begun by this visitor."""
        if path == f"{API}/queue/data":
            names = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
            return len(names) == 1 and self.belongings.has("session", names[0], visitor)
        if path.startswith(f"{API}/heartbeat/"):
            return self.belongings.claim("session", path.rpartition("/")[2], visitor)
        return True

    # --- letting in ---

    async def _page(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """The page itself, with a token for a browser that has none and the hashes of the scripts inside it."""
        start: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            headers = MutableHeaders(scope=start)
            headers["Content-Security-Policy"] = policy(bytes(body))
            headers["Cache-Control"] = "no-store"
            if not visitor.known:
                headers.append("Set-Cookie", self._set_cookie(scope, self.tokens.make()))
            await send(start)
            await send({"type": "http.response.body", "body": bytes(body)})

        look = parse_qs(scope["query_string"].decode("latin-1")).get("__theme", [""])[0]
        query = (
            f"__theme={look}".encode() if look in ("light", "dark") else b""
        )  # of gradio's own no more is taken
        await self._hand_on({**scope, "query_string": query}, receive, held)

    async def _log_in(self, passwords: Passwords, scope: Scope, receive: Receive, send: Send) -> None:
        """The form for the password, and what is typed there."""
        if _path(scope) != "/login" or scope["method"] != "POST":
            form = login_form(named=passwords.named) if _path(scope) in ("/", "/logout") else None
            reply = form or Refusal("Log in first: reload the page.", 401)
            await reply(scope, receive, send)
            return
        address = _address(scope)
        if wait := self.failures.wait(address):
            said = f"Too many wrong passwords: wait {_minutes(wait)} and try again."
            await login_form(named=passwords.named, said=said, status=429)(scope, receive, send)
            return
        body = await _body(receive, LARGEST_LOGIN)
        fields = parse_qs((body or b"").decode("utf-8", "replace"))
        name, password = (fields.get(key, [""])[0] for key in ("name", "password"))
        async with self._trying:
            fits = not self.failures.wait(address) and await run_in_threadpool(passwords.fits, name, password)
        if not fits:
            self.failures.take(address)
            form = login_form(named=passwords.named, said="That is not right: try again.", status=403)
            await form(scope, receive, send)
            return
        await self._back(self._set_cookie(scope, self.tokens.make(name)))(scope, receive, send)

    @staticmethod
    def _back(cookie: str) -> Response:
        """To the page, with another cookie."""
        return RedirectResponse("./", 303, headers={"Set-Cookie": cookie})

    def _set_cookie(self, scope: Scope, token: str) -> str:
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        return f"{self.cookie}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"

    # --- what is asked of it ---

    async def _call(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """A call of a function: only one that the page makes is handed on, and of it only what was looked at."""
        body = await _body(receive, LARGEST_CALL)
        if body is None:
            await Refusal("The request is too large.", 413)(scope, receive, send)
            return
        call = self._read(body, visitor)
        if call is None or self.calls.functions[call.fn_index].queued != (_path(scope) == JOIN):
            await Refusal("This is no call that the page makes: reload the page.", 422)(scope, receive, send)
            return
        if not self.belongings.claim("session", call.session_hash, visitor):
            await Refusal("This conversation is another visitor's, or over: reload the page.", 403)(
                scope, receive, send
            )
            return
        if self.calls.functions[call.fn_index].writes:
            asker = _asker(scope, visitor)
            if wait := self.questions.wait(asker):
                await _busy(wait)(scope, receive, send)
                return
            self.questions.take(asker)
        checked = call.model_dump_json().encode()
        sent = False

        async def again() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": checked, "more_body": False}

        headers = [(n, v) for n, v in scope["headers"] if n not in (b"content-length", b"content-type")]
        headers += [(b"content-length", str(len(checked)).encode()), (b"content-type", b"application/json")]
        await self._hand_on({**scope, "headers": headers}, again, send)

    def _read(self, body: bytes, visitor: Visitor) -> Call | None:
        try:
            asked = json.loads(body)
        except (ValueError, RecursionError):
            return None
        return self.calls.read(asked, lambda path: self.belongings.has("file", path, visitor))

    async def _upload(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """Files on their way in: what gradio stored them as is written down as this visitor's."""
        asker = _asker(scope, visitor)
        if self.terms.read_only:
            await Refusal("Nothing can be added here: the page is read-only.", 403)(scope, receive, send)
            return
        if wait := self.uploads.wait(asker):
            await _busy(wait)(scope, receive, send)
            return
        status = 0
        body = bytearray()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status == 200:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    files = [str(file) for file in json.loads(bytes(body))]
                    self.belongings.give("file", files, visitor)
                    self.uploads.take(asker, len(files))
            if status < 500:
                await send(message)

        try:
            await self.within(scope, receive, seen)
        except OSError as error:
            log.debug("An upload was not stored", exc_info=True)
            why = error.strerror or "the disk refuses"
            reply = Refusal(f"The files cannot be stored ({why}): free some space and add them again.", 507)
        except Exception:
            log.debug("An upload was not understood", exc_info=True)
            reply = Refusal("This is no upload that the page makes: add the files again.", 400)
        else:
            return
        if status in (0, 500):
            await reply(scope, receive, send)


def _path(scope: Scope) -> str:
    return str(scope["path"])


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def _asker(scope: Scope, visitor: Visitor) -> str:
    """Under which name use is counted: a login of one's own, else the address, which a new browser does not change."""
    return visitor.name or _address(scope)


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _busy(wait: float) -> Refusal:
    return Refusal(SLOW_DOWN.format(minutes=_minutes(wait)), 429, wait)


async def _body(receive: Receive, most: int) -> bytes | None:
    """The whole body of a request; None where it is larger than `most` bytes."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body)
        body.extend(message.get("body", b""))
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


__all__ = ["Entrance", "Terms"]
