"""The menu that saves what is shown as a file, or copies it as a paragraph of related work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.export import FORMS, forms_of
from assistant.page.render import safe

if TYPE_CHECKING:
    from assistant.export.documents import Thing


def export_menu(kept: str, made: Thing | None) -> str:
    """What opens below "Export"; "" where nothing is kept.

    Args:
        kept: The name under which it can be taken away.
        made: What is to be taken away: it says in which forms.
    """
    if not kept or made is None:
        return ""

    def address(form: str) -> str:
        return safe(f"export?of={kept}&form={form}")

    items = "".join(
        f'<li><button type="button" class="plain" data-copy-from="{address(form)}">Copy {safe(FORMS[form].name)}</button></li>'
        if form.startswith("related.")
        else f'<li><a class="plain" download href="{address(form)}">{safe(FORMS[form].name)}</a></li>'
        for form in forms_of(made)
    )
    return f'<details class="export"><summary class="plain">Export</summary><ul>{items}</ul></details>'
