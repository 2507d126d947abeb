"""The overview in a real browser: a cell lists exactly its papers, and they can be asked about."""

import pytest

from assistant.overview.counting import counted, grid
from corpus import catalogue as catalogues
from tests.ui.screens import Seen, browser_only

pytestmark = browser_only
pytest.importorskip("matplotlib")


def test_a_cell_by_mouse_or_keyboard_lists_exactly_its_papers_which_can_be_asked_about(seen: Seen) -> None:
    page, catalogue = seen.page, catalogues.load()
    wanted = grid("branch", "setting")
    table = counted(wanted, catalogue)
    row, column = table.rows.index("Policy Distillation"), table.columns.index("a real robot")
    page.click("#tab-overview")
    page.wait_for_selector("#overview svg .cell")
    page.select_option("#overview select[name=shape]", "grid")
    page.wait_for_selector("#overview h2:has-text('setting')")
    page.click(f"#overview svg [data-cell='{row},{column}']")
    page.wait_for_selector("#behind li")
    listed = page.eval_on_selector_all("#behind li", "lines => lines.map(line => line.dataset.paperOf)")
    assert tuple(listed) == table.cells[row, column]
    page.focus(f"#overview svg [data-cell='{row},{column}']")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#behind h3:has-text('{table.columns[column - 1]}')")
    listed = page.eval_on_selector_all("#behind li", "lines => lines.map(line => line.dataset.paperOf)")
    assert tuple(listed) == table.cells[row, column - 1]
    page.click("#behind [data-these]")
    page.wait_for_selector(f"#view-ask >> text=/Where to look: .*{catalogue.by_id[listed[0]].label}/")
    assert seen.errors == []
