"""How the difference between the survey's repository and the catalogue looks on a terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from corpus.taxonomy import Taxonomy
    from corpus.upstream.changes import Change, Difference, Kept

_HEADINGS: Final = {
    "new": "New papers",
    "moved": "Moved to other categories",
    "retitled": "Other titles",
    "table": "Changed in the survey's table",
    "relinked": "Other links (shown only)",
    "removed": "No longer in the list (shown only)",
}
_ERRORS: Final = {
    "title": "titles",
    "duplicate": "duplicates",
    "category": "categories",
    "link": "links",
    "spelling": "spellings in the tables",
}


def show(difference: Difference, source: str, taxonomy: Taxonomy) -> None:
    """Print the difference: what stays as it is, then, nearest to what is asked next, what would change."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    out = _Printer(console)
    out.line(f"{difference.entries} entries and {difference.rows} table rows read from {source}.")
    for heading, yours in (("Kept corrected", False), ("Your own edits, kept", True)):
        kept = [k for k in difference.kept if (k.kind == "yours") == yours]
        if kept:
            out.line()
            out.line(Text(f"{heading} ({len(kept)})", style="bold"))
            for line in _kept(kept):
                out.line(line)
    for kind, heading in _HEADINGS.items():
        changes = [change for change in difference.changes if change.kind == kind]
        if changes:
            out.line()
            out.line(Text(f"{heading} ({_counted(changes)})", style="bold"))
        for _, of_paper in groupby(changes, key=lambda change: change.paper):
            for line in _lines(list(of_paper), taxonomy):
                out.line(line)
    if difference.unclear:
        out.line()
        out.line(Text(f"Not understood, so not applied ({len(difference.unclear)})", style="bold yellow"))
        for unclear in difference.unclear:
            where = f"{unclear.file}{', ' * bool(unclear.where)}{unclear.where}"
            out.line(Text.assemble(("? ", "yellow"), f"{where}: {unclear.what}"))
    out.line()
    if not difference.changes:
        known = sum(kept.kind != "yours" for kept in difference.kept)
        besides = f", but for {known} known errors that stay corrected" if known else ""
        unread = "; what was not understood is another matter" if difference.unclear else ""
        out.line(Text(f"The catalogue is true to its source{besides}{unread}.", style="green"))


class _Printer:
    """Prints whole lines where the output is no terminal, folded ones where it is."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def line(self, text: str | Text = "") -> None:
        from rich.text import Text

        shown = Text(text) if isinstance(text, str) else text
        self._console.print(shown, soft_wrap=not self._console.is_terminal)


def _counted(changes: Sequence[Change]) -> str:
    papers = len({change.paper for change in changes})
    if papers == len(changes):
        return str(papers)
    return f"{len(changes)} in {papers} paper{'s' * (papers != 1)}"


def _lines(changes: Sequence[Change], taxonomy: Taxonomy) -> Iterator[Text]:
    """All changes of one kind in one paper."""
    from rich.text import Text

    first = changes[0]
    sign, style = {"new": ("+", "green"), "removed": ("-", "red")}.get(first.kind, ("~", "cyan"))
    yield Text.assemble((f"{sign} ", style), (first.title, style), f"  {first.paper}")
    for number, change in enumerate(changes, 1):
        name = f"{change.field}: " if change.kind == "table" and change.field != "table" else ""
        if change.kind == "new" and change.record is not None:
            for slug in change.record.categories:
                yield Text(f"    {taxonomy.path_name(slug)}")
            yield Text(f"    {change.record.url or 'no address'}")
        elif change.kind != "removed":
            if change.before is not None or change.after is None:
                yield from (Text(f"    - {name}{v}", style="red") for v in _values(change.before, taxonomy))
            yield from (Text(f"    + {name}{v}", style="green") for v in _values(change.after, taxonomy))
        following = changes[number] if number < len(changes) else None
        if following is None or (following.where, following.note) != (change.where, change.note):
            yield Text(f"    {'; '.join(filter(None, (change.where, change.note)))}", style="dim")


def _values(value: str | tuple[str, ...] | None, taxonomy: Taxonomy) -> list[str]:
    if isinstance(value, tuple):
        return [taxonomy.path_name(slug) if slug in taxonomy else slug for slug in value]
    return [value if value is not None else "(nothing)"]


def _kept(kept: Sequence[Kept]) -> Iterator[Text]:
    from rich.text import Text

    order = [*_ERRORS, "yours"]
    ordered = sorted(kept, key=lambda k: order.index(k.kind))
    for kind, group in groupby(ordered, key=lambda k: k.kind):
        if kind in _ERRORS:
            yield Text(f"  {_ERRORS[kind]}")
        for one in group:
            paper = f"{one.paper}: " if one.paper else ""
            yield Text.assemble(
                ("  = ", "cyan"),
                paper,
                (one.upstream, "dim strike"),
                " → ",
                one.kept,
                (f"  ({one.why})", "dim"),
            )
