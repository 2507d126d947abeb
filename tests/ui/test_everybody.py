"""The page for everybody: axe-core finds nothing serious in any state, and no mouse is needed."""

from importlib.resources import files
from typing import Any

from tests.ui.screens import Seen, ask, browser_only

pytestmark = browser_only

TABS = ("ask", "compare", "summarise", "check", "overview", "papers")
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


def tab_to(page: Any, selector: str, presses: int = 60) -> None:
    """Press Tab until what is wanted has the focus."""
    for _ in range(presses):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by {presses} presses of Tab")


def test_by_keys_alone_a_question_is_asked_its_page_opened_read_and_closed_and_the_next_one_asked(
    seen: Seen,
) -> None:
    page = seen.page
    assert page.locator("#scroll").get_attribute("role") == "log"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert "Closes what is open" in page.inner_text("#keys[open]")
    page.keyboard.press("Escape")
    page.focus("[data-skip]")
    page.keyboard.press("Enter")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#heard').textContent.startsWith('The answer has come')")
    page.wait_for_selector("#question .submit-button")
    page.focus("#scroll")
    tab_to(page, "#now .mark.pdf")
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewer[open] img")
    page.keyboard.press("t")
    page.wait_for_selector("#viewer .card-text mark")
    assert "seventeen hours" in page.inner_text("#viewer .card-text mark")
    page.keyboard.press("t")
    page.wait_for_selector("#viewer[open] img")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('#now .mark.pdf')"), "back where it was opened from"
    page.keyboard.press("/")
    page.keyboard.type("Which papers use world models?")
    page.keyboard.press("Enter")
    page.wait_for_selector('#now .turn[data-turn="2"] .meta')
    assert seen.errors == []


def test_on_a_phone_what_is_touched_is_24_pixels_and_the_viewers_head_is_one_line(seen: Seen) -> None:
    page = seen.page
    page.set_viewport_size(SIZES[1])
    ask(page, QUESTION)
    small = page.evaluate("""[...document.querySelectorAll('button, a[href], summary, [tabindex="0"]')].filter(one => {
        const { width, height } = one.getBoundingClientRect();
        return one.checkVisibility() && width > 1 && !one.matches('.skip') && (width < 24 || height < 24);
      }).map(one => `${one.tagName} ${one.className} ${one.textContent.slice(0, 30)}`)""")
    assert small == []
    page.locator("#now .mark.pdf").first.click()
    page.wait_for_selector("#viewer[open] img")
    assert page.locator(".viewer-bar").bounding_box()["height"] < 50


def test_four_times_enlarged_an_answer_is_seen_and_at_4k_no_line_is_longer_than_90_characters(
    seen: Seen,
) -> None:
    page = seen.page
    ask(page, QUESTION)
    page.set_viewport_size({"width": 320, "height": 200})
    page.evaluate(
        "document.querySelector('#now .claim').scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    covered = """(() => { const { left, top } = document.querySelector('#now .claim').getBoundingClientRect();
      return !document.elementFromPoint(left + 4, top + 8)?.closest('#now .answer'); })()"""
    assert not page.evaluate(covered)
    page.set_viewport_size({"width": 3840, "height": 2160})
    longest = page.evaluate("""Math.max(...[...document.querySelectorAll('#now .answer, #evidence .quote')].map(box => {
        const letter = parseFloat(getComputedStyle(box).fontSize) * 0.5;
        return box.getBoundingClientRect().width / letter; }))""")
    assert longest <= 90
