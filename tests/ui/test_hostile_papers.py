"""Papers whose titles and texts attack the page, and a model that obeys them, in a real browser: nothing comes alive."""

from collections.abc import Iterator

import pytest

from assistant.chain import AnswerChain, Checks
from assistant.chat.fakes import ScriptedChat
from assistant.chat.models import ChosenModel
from assistant.workspace import Workspace
from index.embedders import HashingEmbedder
from tests.assistant.injected_papers import InjectedPaper, indexed
from tests.assistant.injections import INJECTIONS
from tests.ui.screens import Seen, ask, browser_only, served

pytestmark = browser_only
HOSTILE = tuple(
    i
    for i in INJECTIONS
    if i.name in ("in the title", "in the metadata", "tracking pixel", "image that fails")
)
ALIVE = "img, svg[onload], iframe, object, embed, script, link, style, a[href*='evil'], [onerror], [onload], [onfocus]"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, list[InjectedPaper]]]:
    settings = {"model": "extractive", "fetch.pdfs": False, "fetch.weights": False}
    opened, made = indexed(
        tmp_path_factory.mktemp("hostile") / "home", HashingEmbedder(), HOSTILE, **settings
    )
    replies = [f"{paper.injection.obedient} [1] {paper.fact} [1]" for paper in made]
    chosen = ChosenModel("scripted", "remote", ScriptedChat(replies=replies), 420, "a test")
    opened.__dict__["model"] = lambda _name=None: chosen
    opened.__dict__["chain"] = lambda _name=None: AnswerChain(opened.search(), chosen, Checks(drop=False))
    with opened:
        yield opened, made


@pytest.fixture(scope="module")
def address(library: tuple[Workspace, list[InjectedPaper]]) -> Iterator[str]:
    with served(library[0]) as found:
        yield found


def test_no_request_leaves_no_dialog_opens_and_no_element_is_made(
    seen: Seen, library: tuple[Workspace, list[InjectedPaper]], address: str
) -> None:
    page = seen.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for number, paper in enumerate(library[1], start=1):
        ask(page, paper.question, number)
        assert paper.value in page.inner_text("#now .answer")
        assert page.locator("#now, #past, #evidence").locator(ALIVE).count() == 0
    titles = "".join(page.locator("#past, #now").all_inner_texts())
    assert "<img src=" in titles  # it is there, as text
    page.wait_for_timeout(500)
    assert dialogs == []
    assert [u for u in seen.requests if not u.startswith((address, "data:", f"blob:{address}"))] == []
