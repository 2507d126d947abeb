"""The page, served to a real browser; one workspace for all tests of the page."""

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.settings import Home, load
from assistant.workspace import Workspace
from index.embedders import HashingEmbedder
from tests.ui.screens import CHROMIUM, FLAGS, SENTENCES, Seen, pdf, served


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("page")
    home = Home(folder / "home")
    settings = load(
        {"model": "extractive", "fetch.pdfs": False, "fetch.weights": False}, home=home, environ={}
    )
    with Workspace(settings, home) as opened:
        opened.__dict__["embedder"] = HashingEmbedder()
        opened.index_pdfs([pdf(folder / "zebra.pdf", SENTENCES)])
        yield opened


@pytest.fixture(scope="session")
def address(workspace: Workspace) -> Iterator[str]:
    with served(workspace) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def context(browser: Any) -> Iterator[Any]:
    """One for all tests, so that the page's own files are loaded once; each test has a browser tab of its own."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    yield opened
    opened.close()


@pytest.fixture
def seen(context: Any, address: str) -> Iterator[Seen]:
    page = context.new_page()
    page.set_default_timeout(60_000)
    found = Seen.of(page)
    page.goto(address)
    page.wait_for_selector("#question textarea")
    page.wait_for_selector("html[data-ready]")
    yield found
    page.close()
