"""Passwords of those who may see the page: hashes of bcrypt in lines `name:hash`, as Apache's `htpasswd -B` writes them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from corpus.errors import BadSettings, WrongUse

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_BYTES: Final = 72  # bcrypt reads no more of a password
SHORTEST: Final = 10  # characters; NIST SP 800-63B asks for 8 at the least
ROUNDS: Final = 12  # 2^12 rounds, about 0.2 s to try one password
_NOBODY: Final = (
    b"$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZBm7tCVfoKtGEUIpiZ0g8AzvHmhEHO"  # tried for names that are not there
)


def hashed(password: str) -> str:
    """The hash of a password.

    Raises:
        WrongUse: It is too short, or longer than bcrypt reads.
    """
    import bcrypt

    if len(password) < SHORTEST:
        raise WrongUse(f"The password is too short: give it {SHORTEST} characters or more.")
    if len(password.encode()) > LONGEST_BYTES:
        raise WrongUse(f"The password is too long: give it at most {LONGEST_BYTES} bytes.")
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()


def made_up() -> str:
    """A password that nobody guesses, easy to type: 80 bits in groups of four."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


@dataclass(frozen=True, slots=True)
class Passwords:
    """Names and hashes; one under the empty name is asked for without a name.

    Attributes:
        hashes: The hash of each name.
    """

    hashes: dict[str, bytes]

    @classmethod
    def one(cls, password: str) -> Self:
        """A single password, for everybody."""
        return cls({"": hashed(password).encode()})

    @classmethod
    def read(cls, file: Path) -> Self:
        """The hashes of a file.

        Raises:
            BadSettings: It cannot be read, holds no line, or a line that is no bcrypt hash.
        """
        try:
            lines = file.read_text("utf-8").splitlines()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it is not text"
            raise BadSettings(f"The passwords in {file} cannot be read ({why}): check the path.") from error
        hashes = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, hash_ = line.strip().partition(":")
            if not name or not hash_.startswith(("$2a$", "$2b$", "$2y$")) or len(hash_) != len(_NOBODY):
                raise BadSettings(
                    f"{file}, line {number}, is not a name and a bcrypt hash: write it with `duality config password NAME`."
                )
            hashes[name] = hash_.encode()
        if not hashes:
            raise BadSettings(f"{file} holds no password: add one with `duality config password NAME`.")
        return cls(hashes)

    @property
    def named(self) -> bool:
        """Whether a name is asked for."""
        return "" not in self.hashes

    def fits(self, name: str, password: str) -> bool:
        """Whether a password is right; takes as long for a name that is not there."""
        import bcrypt

        held = self.hashes.get(name if self.named else "")
        tried = password.encode()
        if len(tried) > LONGEST_BYTES:
            return False
        try:
            return bcrypt.checkpw(tried, held or _NOBODY) and held is not None
        except ValueError:  # a NUL inside
            return False
