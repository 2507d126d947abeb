"""The page in a real browser: ask, see the evidence, click a marker, see the page with the words marked."""

import io
import socket
from pathlib import Path
from typing import Any

import pytest

import ui
from assistant.settings import load
from assistant.workspace import Workspace
from corpus.errors import DualityError
from tests.ui.screens import Seen, ask, browser_only, pdf


class TestInTheBrowser:
    pytestmark = browser_only

    def test_a_marker_opens_the_page_with_the_cited_words_in_yellow(self, seen: Seen, address: str) -> None:
        import httpx
        from PIL import Image

        page = seen.page
        ask(page, "How long was the zebra gripper trained to fold laundry?")
        assert "seventeen hours" in page.inner_text("#now .answer")
        card = page.locator("#evidence .source.cited").first
        assert "Gripper Zebra" in card.inner_text()
        assert "PDF p. 1" in card.inner_text()
        assert "yours" in card.inner_text()
        assert page.locator("#evidence mark").count() >= 1

        with page.expect_response("**/pages?*") as reply:
            page.locator("#now .mark.pdf").first.click()
        page.wait_for_selector("#viewer[open] img")
        assert page.inner_text(".viewer-where") == "p. 1 of 2"
        image = Image.open(io.BytesIO(httpx.get(reply.value.url, trust_env=False).content)).convert("RGB")
        pixels: list[Any] = [
            image.getpixel((x, y)) for x in range(image.width) for y in range(0, image.height // 2, 2)
        ]
        yellow = sum(r > 220 and g > 190 and r - b > 60 for r, g, b in pixels)
        assert yellow > 500
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.viewer-where').textContent === 'p. 2 of 2'")
        assert page.is_disabled("[data-act=next]")
        page.keyboard.press("Escape")
        assert not page.evaluate("document.querySelector('#viewer').open")

        assert seen.errors == []
        outside = [u for u in seen.requests if not u.startswith((address, "data:", f"blob:{address}"))]
        assert outside == []

    def test_a_digest_opens_as_a_card_that_says_what_it_is(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "How does Eureka write reward functions with evolutionary search?")
        page.locator("#evidence .of-digest .head").first.click()
        card = page.inner_text("#viewer[open] .text-card")
        assert "It is not the paper's words." in card
        assert page.locator("#viewer .elsewhere a").get_attribute("href").startswith("https://")
        assert not page.is_visible("#viewer [data-act=next]")

    def test_the_coverage_opens_stays_open_while_the_head_is_redrawn_and_closes(self, seen: Seen) -> None:
        page = seen.page
        page.click("#head .coverage summary")
        sheet = page.locator(".coverage-sheet")
        assert "Reward Signal" in sheet.inner_text()
        assert "pay-walled" in sheet.inner_text()
        assert "https://doi.org/10.1007/978-981-96-0783-9_1" in sheet.inner_text()
        sheet.evaluate("box => { box.scrollTop = 120; }")
        page.wait_for_timeout(200)
        redraw = "box => { box.removeAttribute('open'); const old = box.outerHTML; box.outerHTML = old; }"
        page.locator("details.coverage").evaluate(redraw)
        page.wait_for_selector("details.coverage[open]")
        page.wait_for_timeout(200)
        assert sheet.evaluate("box => box.scrollTop") == 120
        page.keyboard.press("Escape")
        page.wait_for_selector("details.coverage:not([open])")
        assert seen.errors == []

    def test_what_a_user_types_is_shown_as_text(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "Does <img src=x onerror=alert(1)> ${alert(2)} {{value}} fold laundry?")
        assert (
            page.inner_text("#now .asked")
            == "Does <img src=x onerror=alert(1)> ${alert(2)} {{value}} fold laundry?"
        )
        assert page.locator("#now img").count() == 0
        assert seen.errors == []

    def test_a_conversation_goes_on_is_cleared_and_restored(self, seen: Seen) -> None:
        page = seen.page
        page.locator("[data-ask]", has_text="world models").click()
        page.wait_for_selector("#now .meta")
        assert "papers (of 155) under" in page.inner_text("#now .answer")
        ask(page, "How does the zebra gripper fold laundry?", 2)
        assert page.locator("#past .turn").count() == 1
        page.click("text=New conversation")
        page.wait_for_selector("#now .welcome")
        page.click("text=Restore the last one")
        page.wait_for_selector('#now .turn[data-turn="2"]')
        page.wait_for_selector('#past .turn[data-turn="1"]', state="attached")
        assert page.locator("#past .turn").count() == 1

    def test_old_turns_stay_come_back_when_scrolled_to_and_show_their_evidence(self, seen: Seen) -> None:
        page = seen.page
        questions = [
            "How long was the zebra gripper trained to fold laundry?",
            "Which papers use world models?",
            "How does Eureka write reward functions?",
            "How does the zebra gripper fold laundry?",
        ]
        for number, question in enumerate(questions, start=1):
            ask(page, question, number)
            assert page.locator("#past .asked").all_inner_texts() == questions[: number - 1]
        page.reload()
        page.wait_for_selector('#now .turn[data-turn="4"]')
        assert page.locator("#past .place").count() == 3
        assert page.locator('#past .turn[data-turn="1"]').count() == 0, "not before it is scrolled to"
        for _ in range(40):
            page.evaluate("document.querySelector('#scroll').scrollTo({ top: 0, behavior: 'instant' })")
            if page.locator('#past .turn[data-turn="1"]').count():
                break
            page.wait_for_timeout(250)
        page.locator('#past .turn[data-turn="1"] .mark.pdf').first.click()
        page.wait_for_selector("#viewer[open] img")
        page.keyboard.press("Escape")
        page.wait_for_selector('#evidence .sources[data-of="1"]')
        assert "Gripper Zebra" in page.inner_text("#evidence .source.cited")
        ask(page, "Which papers use world models?", 5)
        page.wait_for_selector("#evidence .sources.listed")
        shown = page.locator("#evidence .source").count()
        page.click("#evidence [data-evidence-all]")
        page.wait_for_function(f"document.querySelectorAll('#evidence .source').length > {shown}")
        assert seen.errors == []

    def test_what_is_folded_in_a_turn_comes_once_it_is_opened(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "Summarise reward signals")
        folded = page.locator("#now .sources-of")
        assert folded.locator("li").count() == 0, "it was sent before it was opened"
        folded.locator("summary").click()
        folded.locator("li .mark").first.wait_for()
        ask(page, "Summarise reward signals", 2)
        many = page.locator("#now .claim", has=page.locator(".mark.more")).first
        assert many.locator(".mark[data-open]").count() == 3
        sentence = page.locator("#now .claim").filter(has_text=many.inner_text().split("\n")[0][:60]).first
        many.locator(".mark.more").click()
        sentence.locator(".mark[data-open]").nth(3).wait_for()
        assert seen.errors == []

    def test_a_category_confines_the_next_question(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "Which papers use world models?")
        page.locator('#now .chip:has-text("World Model")').first.click()
        page.wait_for_selector("text=Where to look: World Model")
        ask(page, "How does the agent explore in imagination?", 2)
        assert page.inner_text("#now .turn-scope") == "Only in World Model"

    def test_a_dropped_pdf_is_searchable_at_once_and_a_bad_one_is_told(
        self, seen: Seen, tmp_path: Path
    ) -> None:
        page = seen.page
        good = pdf(
            tmp_path / "otter.pdf",
            ("The otter gripper stacks plates underwater with a world model.",),
            "Otter Gripper",
        )
        bad = tmp_path / "broken.pdf"
        bad.write_bytes(b"this is not a PDF at all")
        page.click("#to-papers a")
        page.wait_for_selector("#listed li")  # the tab is there
        page.set_input_files("#files input[type=file]", [str(good), str(bad)])
        page.wait_for_selector("#added .refused-file")
        page.wait_for_selector("#added li:has-text('can be searched now')")
        assert "broken.pdf" in page.inner_text("#added .refused-file")
        page.wait_for_selector("#listed li[data-kind=own]:has-text('Otter Gripper')")
        page.click("#tab-ask")
        ask(page, "What does the otter gripper stack underwater?")
        assert "plates" in page.inner_text("#now .answer")

    @pytest.fixture
    def damaged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        told = "Found by keywords only. The vectors cannot be read: run `duality index build --fresh`."
        monkeypatch.setattr(Workspace, "remarks", lambda _workspace: (told,))

    @pytest.mark.usefixtures("damaged")
    def test_a_notice_of_damage_is_put_away_and_stays_away_when_the_head_is_drawn_anew(
        self, seen: Seen
    ) -> None:
        page = seen.page
        page.wait_for_selector("#head .notice:has-text('keywords only')")
        drawn = page.locator("#head .notice").evaluate("notice => notice.outerHTML")
        page.click("#head .notice button")
        page.wait_for_selector("#head .notice", state="detached")
        page.evaluate(
            "html => document.querySelector('#head .head-row').insertAdjacentHTML('afterend', html)", drawn
        )
        page.wait_for_selector("#head .notice", state="detached")
        assert seen.errors == []

    def test_the_list_follows_what_another_process_adds(
        self, seen: Seen, workspace: Workspace, tmp_path: Path
    ) -> None:
        page = seen.page
        page.click("#tab-papers")
        page.wait_for_selector("#listed li")
        heron = pdf(
            tmp_path / "heron.pdf", ("The heron gripper waits for fish with a world model.",), "Heron Gripper"
        )
        with Workspace(workspace.settings, workspace.home) as other:
            other.__dict__["embedder"] = workspace.embedder
            other.index_pdfs([heron])
        page.wait_for_selector("#listed li[data-kind=own]:has-text('Heron Gripper')")


def test_a_port_that_is_taken_is_told_in_a_sentence(workspace: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = load({"ui.port": taken.getsockname()[1]}, home=workspace.home, environ={})
        with pytest.raises(DualityError, match="--port"):
            ui.serve(Workspace(settings, workspace.home))


def test_a_page_that_is_not_there_is_told_in_a_sentence(workspace: Workspace) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from assistant.page.web import addresses

    web = FastAPI()
    addresses(web, workspace)
    client = TestClient(web)
    paper = workspace.catalogue.own[0].id
    queries: tuple[tuple[dict[str, str | int], str], ...] = (
        ({"paper": paper, "page": 9}, "no page 9"),
        ({"paper": "../../etc/passwd", "page": 1}, "is not indexed"),
        ({"paper": paper, "page": 1, "spans": "1:2"}, "should look like"),
        ({"paper": paper, "page": 1, "spans": "a:b:c"}, "should look like"),
    )
    for query, said in queries:
        reply = client.get("/pages", params=query)
        assert reply.status_code == 404
        assert said in reply.text
    assert client.get("/pages", params={"paper": paper, "page": 1}).headers["x-pages"] == "2"
    assert client.get("/pdf", params={"paper": paper}).content.startswith(b"%PDF")
    assert client.get("/pdf", params={"paper": "no"}).status_code == 404
    figure = {"paper": paper, "number": "1"}
    assert client.get("/figure", params=figure).status_code == 404
    assert client.get("/figure", params={**figure, "kind": "../x"}).status_code == 422
