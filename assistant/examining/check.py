"""What one look at a home found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["good", "note", "warning", "fault"]
MEND = "duality doctor --mend"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Attributes:
        name: What was looked at.
        severity: "fault" means that something does not work; "warning", that it will not for long.
        message: What was found, as a sentence.
        remedy: The command that mends it, or what to do by hand; "" where nothing needs mending.
    """

    name: str
    severity: Severity
    message: str
    remedy: str = ""


def listed(names: list[str], most: int = 3) -> str:
    """The first few names, and how many there are besides."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: "1 passage", "3 passages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
