"""The parts of docs/reliability.md that scripts write, each between two marks of its own."""

from __future__ import annotations

import re
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / "docs" / "reliability.md"


def put(part: str, text: str, place: Path = PLACE) -> None:
    """Write `text` as the part of that name, in the place of what stood there; at the end where it is new."""
    whole = place.read_text("utf-8") if place.exists() else "# What Duality survives\n"
    marked = f"<!-- {part} -->\n{text.strip()}\n<!-- end of {part} -->"
    pattern = re.compile(rf"<!-- {re.escape(part)} -->.*?<!-- end of {re.escape(part)} -->", re.DOTALL)
    whole = (
        pattern.sub(lambda _: marked, whole) if pattern.search(whole) else f"{whole.rstrip()}\n\n{marked}\n"
    )
    place.write_text(whole, "utf-8")


def table(heads: list[str], rows: list[list[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *[[str(cell) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
