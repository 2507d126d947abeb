"""The page for everybody: axe-core finds nothing serious in any state, and no mouse is needed."""

from importlib.resources import files
from typing import Any

from tests.ui.screens import Seen, ask, browser_only

pytestmark = browser_only

TABS = ("ask", "compare", "summarise", "check", "papers")
SIZES = ({"width": 1280, "height": 800}, {"width": 390, "height": 800})
QUESTION = "How long was the zebra gripper trained to fold laundry?"
AXE = """rules => axe.run(document, {resultTypes: ["violations"], ...(rules && {runOnly: rules})}).then(found =>
  found.violations.filter(v => ["serious", "critical"].includes(v.impact)).flatMap(
    v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")} ${n.any.map(a => a.message).join("; ")}`)))"""


def fill(page: Any) -> None:
    """Something on each tab."""
    page.click("#tab-ask")
    ask(page, QUESTION)
    page.evaluate("location.hash = '#papers?paper=ma2023eureka'")
    page.wait_for_selector("#detail .detail h2")
    page.click("#tab-check")
    page.fill("#check-text textarea", "Eureka lets a language model write reward code \\cite{ma2023eureka}.")
    page.click("#check-go")
    page.wait_for_selector("#checked ol.checked")
    for tab, box in (("compare", "#comparison"), ("summarise", "#summary")):
        page.click(f"#tab-{tab}")
        page.locator(f"{box} .example").first.click()
        page.wait_for_selector(f"{box} .meta")


def found_by_axe(page: Any, state: str) -> list[str]:
    """What is serious or critical on each tab, at each size, light and dark; dark differs in colours only."""
    found = []
    for size in SIZES:
        page.set_viewport_size(size)
        for tab in TABS:
            page.evaluate(f"location.hash = document.querySelector('#tab-{tab}').getAttribute('href')")
            for dark in (False, True):
                page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
                page.wait_for_timeout(50)
                serious = page.evaluate(AXE, ["color-contrast"] if dark else None)
                found += [
                    f"{state} {tab} {size['width']} {'dark' if dark else 'light'} {one}" for one in serious
                ]
        page.evaluate("document.body.classList.remove('dark')")
    page.set_viewport_size(SIZES[0])
    return found


def test_axe_finds_nothing_serious_on_any_tab_empty_or_filled_light_or_dark_at_a_desk_or_on_a_phone(
    seen: Seen,
) -> None:
    page = seen.page
    page.emulate_media(reduced_motion="reduce")  # else a colour is measured on its way
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    page.click("#tab-papers")
    page.wait_for_selector("#listed li")
    found = found_by_axe(page, "empty")
    fill(page)
    found += found_by_axe(page, "filled")
    page.click("#tab-ask")
    page.locator("#now .mark.pdf").first.click()
    page.wait_for_selector("#viewer[open] img")
    found += [f"viewer {one}" for one in page.evaluate(AXE, None)]
    assert found == []
