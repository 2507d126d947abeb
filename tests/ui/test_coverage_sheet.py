"""The coverage in the page's head: its table, and why PDFs are missing."""

from dataclasses import replace

from assistant.coverage import Coverage, Holding, Missing
from assistant.page.coverage_sheet import sheet
from corpus import catalogue as catalogues

CATALOGUE = catalogues.load()
REWARD = "generative-tools-for-rl/task/reward-signal"
EVIL = '<img src=x onerror=alert(1)> "q" ${alert(2)} {{value}}'
COVERAGE = Coverage(
    whole=Holding(156, 15, 1873, 141, {"not fetched yet": 138, "fetch failed": 1, "pay-walled": 2}),
    by_category={REWARD: Holding(26, 4, 1529, 22, {"not fetched yet": 21, "fetch failed": 1})},
    missing={
        "ghosh2024octo": Missing("fetch failed", EVIL, "`duality corpus fetch` again"),
        "guo2025rewardshaping": Missing("pay-walled", "https://doi.org/10.1/x", "save it"),
        "ma2023eureka": Missing("not fetched yet", "", "`duality corpus fetch --paper ma2023eureka`"),
    },
)


def test_a_category_has_its_numbers_and_reasons() -> None:
    html = sheet("155 papers", COVERAGE, CATALOGUE)
    row = html.split("Reward Signal")[1].split("</tr>")[0]
    for cell in (">26<", ">4<", ">1,529<", ">22<", ">21 not fetched yet, 1 fetch failed<"):
        assert cell in row
    assert "The whole list, with the survey" in html
    assert html.startswith("<details")


def test_each_reason_names_its_papers_and_what_to_do() -> None:
    html = sheet("155 papers", COVERAGE, CATALOGUE)
    assert "<b>Octo</b>" in html
    assert "<code>duality corpus fetch</code> again" in html
    assert 'href="https://doi.org/10.1/x" target="_blank" rel="noopener noreferrer"' in html
    assert "<b>1 not fetched yet</b>: <code>duality corpus fetch</code> brings them." in html


def test_what_a_host_said_is_shown_as_text() -> None:
    html = sheet("155 papers", COVERAGE, CATALOGUE)
    assert "<img" not in html
    assert "${" not in html
    assert "{{" not in html
    address = Missing("pay-walled", 'https://x.org/"onmouseover="alert(1)', "")
    assert '"onmouseover' not in sheet("", replace(COVERAGE, missing={"ghosh2024octo": address}), CATALOGUE)
