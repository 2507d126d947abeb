"""Who asks: a token in a cookie, what was uploaded and begun under it, and how much one visitor may do in an hour."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

HOUR: Final = 3600.0
TOKEN_SECONDS: Final = 30 * 24 * HOUR
REMEMBERED: Final = 20_000  # sessions and files; the oldest are forgotten first


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser, or one login.

    Attributes:
        key: What tells it from others.
        name: The name it logged in with; empty without one.
        known: Whether its token was handed out by this page.
    """

    key: str
    name: str = ""
    known: bool = False


def secret_of(file: Path, passwords: Mapping[str, bytes]) -> bytes:
    """What tokens are signed with: kept in a file, so that they outlive the program, and another for other passwords.

    Args:
        file: Where it is kept; where that cannot be, tokens end with the program.
        passwords: The hashes of those who are let in.
    """
    kept = secrets.token_bytes(32)
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        with contextlib.suppress(OSError):
            kept = file.read_bytes() or kept
    except OSError:
        pass
    else:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(kept)
    return hmac.new(kept, repr(sorted(passwords.items())).encode(), hashlib.sha256).digest()


class Tokens:
    """Tokens that only who knows the secret can make: `name.random.until.signature`, nothing kept.

    Args:
        secret: What they are signed with.
        now: The clock.
    """

    def __init__(self, secret: bytes, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._now = now

    def make(self, name: str = "") -> str:
        """A new token."""
        body = f"{name.encode().hex()}.{secrets.token_hex(12)}.{int(self._now() + TOKEN_SECONDS)}"
        return f"{body}.{self._signed(body)}"

    def read(self, token: str) -> Visitor | None:
        """Whose a token is; None where it is forged or over."""
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signed(body).encode(), signature.encode()):
            return None
        name, key, until = body.split(".")
        return Visitor(key, bytes.fromhex(name).decode(), known=True) if int(until) > self._now() else None

    def _signed(self, body: str) -> str:
        return hmac.new(self._secret, body.encode(), hashlib.sha256).hexdigest()


class Belongings:
    """What belongs to whom: the sessions of browser tabs, and the files uploaded."""

    def __init__(self) -> None:
        self._of: OrderedDict[tuple[str, str], str] = OrderedDict()

    def claim(self, kind: str, name: str, visitor: Visitor) -> bool:
        """Whether it is this visitor's, as it is from now on where it was nobody's."""
        owner = self._of.setdefault((kind, name), visitor.key)
        self._of.move_to_end((kind, name))
        while len(self._of) > REMEMBERED:
            self._of.popitem(last=False)
        return owner == visitor.key

    def give(self, kind: str, names: Iterable[str], visitor: Visitor) -> None:
        """Write down that these are a visitor's from now on."""
        for name in names:
            self._of.pop((kind, name), None)
            self.claim(kind, name, visitor)

    def has(self, kind: str, name: str, visitor: Visitor) -> bool:
        """Whether it is this visitor's."""
        return self._of.get((kind, name)) == visitor.key


class Allowance:
    """So much for each name in a span of time; what was taken longer ago counts no more.

    Args:
        most: How much; 0 for as much as one likes.
        seconds: The span.
        now: The clock.
    """

    def __init__(self, most: int, seconds: float = HOUR, now: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.seconds = seconds
        self._now = now
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, name: str) -> float:
        """Seconds until one more may be taken; 0 for now."""
        taken = self._recent(name)
        return (
            taken[-self.most] + self.seconds - self._now() if self.most and len(taken) >= self.most else 0.0
        )

    def take(self, name: str, number: int = 1) -> None:
        """Write down that so many were taken."""
        if self.most:
            taken = self._recent(name)
            taken.extend([self._now()] * min(number, self.most))
            self._taken[name] = taken
            self._taken.move_to_end(name)
            while len(self._taken) > REMEMBERED:
                self._taken.popitem(last=False)

    def _recent(self, name: str) -> deque[float]:
        taken = self._taken.get(name, deque(maxlen=max(1, self.most)))
        while taken and taken[0] <= self._now() - self.seconds:
            taken.popleft()
        return taken
