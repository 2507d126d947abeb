"""Whatever the assistant makes, to take away: one way for the page, the command line and Python.

exported(answer, "tex", workspace.catalogue)              # bytes of the file
exported([first, second], "md", workspace.catalogue)      # a conversation
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from corpus.errors import WrongUse
from corpus.spelling import either

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.export.documents import Thing
    from corpus.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Form:
    """A form of export: what a reader calls it, and the media type of its file."""

    name: str
    media_type: str


FORMS: Final[dict[str, Form]] = {
    "md": Form("Markdown", "text/markdown; charset=utf-8"),
    "tex": Form("LaTeX", "application/x-tex; charset=utf-8"),
    "docx": Form("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "txt": Form("Plain text", "text/plain; charset=utf-8"),
    "related.txt": Form("as related work (Author, Year)", "text/plain; charset=utf-8"),
    "related.tex": Form("as related work (\\cite)", "application/x-tex; charset=utf-8"),
    "csv": Form("CSV", "text/csv; charset=utf-8"),
    "bib": Form("BibTeX", "application/x-bibtex; charset=utf-8"),
    "ris": Form("RIS (Zotero, EndNote)", "application/x-research-info-systems; charset=utf-8"),
    "csl.json": Form("CSL-JSON", "application/vnd.citationstyles.csl+json; charset=utf-8"),
    "json": Form("JSON", "application/json; charset=utf-8"),
}
"""By the ending of the file."""


def form_of(file: Path) -> str:
    """The form that a file's ending asks for.

    Raises:
        WrongUse: None does.
    """
    name = file.name.lower()
    for ending in sorted(FORMS, key=len, reverse=True):
        if name.endswith(f".{ending}"):
            return ending
    raise WrongUse(
        f"{file}: the name says in which form to write; it must end in {either([f'.{e}' for e in FORMS])}."
    )


def forms_of(thing: Thing) -> list[str]:
    """The forms that a thing has: CSV is for what is a table."""
    return [form for form in FORMS if form != "csv" or _is_table(thing)]


def exported(
    thing: Thing, form: str, catalogue: Catalogue, aspects: Sequence[str] = (), model: str = ""
) -> bytes:
    """What a thing is as a file.

    Args:
        thing: An answer, a summary, a comparison, a screening; or several, as a conversation has them.
        form: One of FORMS.
        catalogue: Names the papers.
        aspects: Of a comparison, the rows that were asked for; its JSON makes it again.
        model: Of a comparison, the model that was asked for.

    Raises:
        WrongUse: There is no such form of it.
    """
    if form not in forms_of(thing):
        known = either([f".{one}" for one in forms_of(thing)])
        raise WrongUse(f"There is no table in this to write as .{form}: choose {known}.")
    made = _written(thing, form, catalogue, aspects, model)
    return made if isinstance(made, bytes) else made.encode("utf-8", "replace")


def _written(
    thing: Thing, form: str, catalogue: Catalogue, aspects: Sequence[str], model: str
) -> str | bytes:
    from assistant.export import latex, prose, references, word
    from assistant.export.documents import document, papers_of

    if form == "json":
        return json.dumps(_as_json(thing, aspects, model), ensure_ascii=False, indent=2)
    if form == "csv":
        return _table(thing, catalogue)
    if form in ("bib", "ris", "csl.json"):
        write = {"bib": references.bibliography, "ris": references.ris, "csl.json": references.csl_json}[form]
        return write(papers_of(thing, catalogue))
    made = document(thing, catalogue)
    if form.startswith("related."):
        return prose.related_work(made, catalogue, cite=form == "related.tex") + "\n"
    if form == "docx":
        return word.word(made, catalogue)
    return {"md": prose.markdown, "tex": latex.latex, "txt": prose.text}[form](made, catalogue)


def _as_json(thing: Thing, aspects: Sequence[str], model: str) -> dict[str, object]:
    from assistant.comparison.comparison import Comparison
    from assistant.export.recipe import recipe
    from assistant.screening.screening import Screening

    if isinstance(thing, Sequence):
        return {"format": "duality-conversation", "turns": [_as_json(one, (), "") for one in thing]}
    if isinstance(thing, Comparison):
        return recipe(thing, aspects, model)
    told = thing.to_json()
    if not isinstance(thing, Screening):
        return told
    own = {verdict.paper: verdict.word for verdict in thing.verdicts if verdict.by == "user"}
    return {"format": "duality-screening", "version": 1, "model": None, "overruled": own, **told}


def _is_table(thing: Thing) -> bool:
    return (
        hasattr(thing, "rows") or hasattr(thing, "verdicts") or getattr(thing, "screening", None) is not None
    )


def _table(thing: Thing, catalogue: Catalogue) -> str:
    from assistant.answer import Answer
    from assistant.comparison.comparison import Comparison
    from assistant.export.table import comparison_csv, screening_csv
    from assistant.screening.screening import Screening

    if isinstance(thing, Comparison):
        return comparison_csv(thing)
    made = thing.screening if isinstance(thing, Answer) else thing
    assert isinstance(made, Screening)  # noqa: S101 - as `_is_table` says
    return screening_csv(made, catalogue)


def file_name(title: str, form: str) -> str:
    """A name for the file that holds something of this title."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower())[:80].strip("-")
    return f"{plain or 'duality'}.{form}"
