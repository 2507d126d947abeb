"""The tabs in a real browser: compare, summarise, find a paper and file one's own; all of it by link too."""

import re
from typing import Any

from tests.ui.screens import Seen, ask, browser_only

pytestmark = browser_only


def go(seen: Seen, hash_: str) -> Any:
    """Follow a link within the page."""
    link = """hash => {
        const link = document.body.appendChild(document.createElement("a"));
        Object.assign(link, { id: "followed", href: hash, textContent: "followed" });
        link.style = "position: fixed; top: 0; left: 0; z-index: 99";
    }"""
    seen.page.evaluate(link, hash_)
    seen.page.click("#followed")
    seen.page.evaluate("document.querySelector('#followed').remove()")
    return seen.page


def nothing_from_elsewhere(seen: Seen, address: str) -> None:
    outside = [u for u in seen.requests if not u.startswith((address, "data:", f"blob:{address}", "about:"))]
    assert outside == []


class TestCompare:
    def test_two_papers_chosen_stand_side_by_side_with_their_sources(self, seen: Seen, address: str) -> None:
        page = seen.page
        page.click("#tab-compare")
        page.wait_for_function("location.hash === '#compare'")
        for side, name in (("a", "eureka"), ("b", "text2reward")):
            page.fill(f"#side-{side} input", name)
            page.press(f"#side-{side} input", "Tab")
        page.click("#compare-go")
        page.wait_for_selector("#comparison .export")
        heads = page.locator("#comparison thead th").all_inner_texts()
        assert [head.split()[0] for head in heads] == ["Aspect", "EUREKA", "Text2Reward"]
        assert page.locator("#comparison td.none").first.inner_text() == "not stated"
        assert "sources disagree" in page.inner_text("#comparison td.conflict")
        page.locator("#comparison button.src.digest").first.click()
        card = page.inner_text("#viewer[open] .text-card")
        assert "It is not the paper's words." in card
        assert page.inner_text(".viewer-claim").startswith("EUREKA · ")
        page.keyboard.press("Escape")
        assert "a=paper%3Ama2023eureka&b=paper%3Axie2023text2reward" in page.url
        assert seen.errors == []
        nothing_from_elsewhere(seen, address)

    def test_a_link_makes_it_again_and_a_row_of_ones_own_comes_and_goes(
        self, seen: Seen, address: str
    ) -> None:
        page = seen.page
        page.goto("about:blank")
        page.goto(f"{address}#compare?a=eureka&b=text2reward&question=Which+writes+code%3F")
        page.wait_for_selector("#comparison .empty:has-text('press Compare')")
        page.click("#compare-go")
        page.wait_for_selector("#comparison .export")
        assert page.locator("#comparison tr.question").count() == 1
        page.fill("#aspect input", "number of demonstrations")
        page.press("#aspect input", "Enter")
        page.wait_for_selector("#comparison tr.own a.away")
        assert "row=%2Bnumber+of+demonstrations" in page.url
        page.click("#comparison tr.own a.away")
        page.wait_for_function("!document.querySelector('#comparison tr.own')")
        page.wait_for_function("!location.hash.includes('row=')")  # the address follows what is shown

    def test_words_with_two_meanings_can_be_switched(self, seen: Seen) -> None:
        page = go(seen, "#compare?a=diffusion+policies&b=eureka")
        page.wait_for_selector("#comparison .export")
        assert "or did you mean the paper Diffusion Policy" in page.inner_text("#comparison .understood")
        page.locator("#comparison .understood a").first.click()
        page.wait_for_selector("#comparison thead th:has-text('about') >> nth=1")
        assert "paper" in page.locator("#comparison .understood .badge").first.inner_text()

    def test_what_is_shown_is_exported_with_every_paper(self, seen: Seen, address: str) -> None:
        import httpx

        page = go(seen, "#compare?a=eureka&b=category%3Aworld-model")
        page.wait_for_selector("#comparison .export")
        found = {}
        for link in page.locator("#comparison a[download]").all():
            reply = httpx.get(f"{address}{link.get_attribute('href')}", trust_env=False)
            assert reply.status_code == 200
            found[link.text_content()] = reply
        assert found["Markdown"].text.startswith("# EUREKA vs ")
        assert found["CSV"].text.startswith("\ufeffaspect,approach,text")
        assert found["BibTeX"].text.count("@") > 10
        assert found["JSON"].json()["approaches"][0] == "paper:ma2023eureka"
        assert 'filename="eureka-or-' in found["CSV"].headers["content-disposition"]

    def test_an_answer_is_exported_from_a_menu_by_keyboard(self, seen: Seen, address: str) -> None:
        import httpx

        page = seen.page
        ask(page, "How long was the zebra gripper trained to fold laundry?")
        menu = page.locator("#now .export")
        menu.locator("summary").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#now .export li a:visible")
        forms = [link.text_content() for link in menu.locator("a[download]").all()]
        assert forms[:4] == ["Markdown", "LaTeX", "Word", "Plain text"]
        for link in menu.locator("a[download]").all():
            reply = httpx.get(f"{address}{link.get_attribute('href')}", trust_env=False)
            assert reply.status_code == 200
            assert reply.content
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Markdown"
        page.keyboard.press("Escape")
        page.wait_for_selector("#now .export li a", state="hidden")
        assert page.evaluate("document.activeElement.textContent") == "Export"
        page.locator("#now .mark.pdf").first.click()
        link = page.wait_for_selector("#viewer[open] .marked-pdf:visible")
        reply = httpx.get(f"{address}{link.get_attribute('href')}", trust_env=False)
        assert b"/Highlight" in reply.content
        page.keyboard.press("Escape")

    def test_a_name_that_means_nothing_is_told_with_the_nearest(self, seen: Seen) -> None:
        page = go(seen, "#compare?a=eurekka&b=text2reward")
        assert "EUREKA" in page.locator("#comparison .trouble").inner_text()


class TestSummarise:
    def test_a_category_says_what_it_rests_on_and_what_it_leaves_out(self, seen: Seen, address: str) -> None:
        page = go(seen, "#summarise?of=category%3Areward-signal")
        page.wait_for_selector("#summary .export")
        assert re.search(r"Rests on \d+ of \d+ papers", page.inner_text("#summary .covers"))
        assert page.locator("#summary h4").count() > 2
        page.locator("#summary .mark").first.click()
        page.wait_for_selector("#viewer[open] .text-card")
        page.keyboard.press("Escape")
        page.locator("#summary .mark.more").first.click()
        page.click("#summary-length label:has-text('One line')")
        page.click("#summarise-go")
        page.wait_for_function(
            "!document.querySelector('#summary h4') && document.querySelector('#summary a[download]')"
        )
        assert page.url.endswith("length=line")
        assert seen.errors == []
        nothing_from_elsewhere(seen, address)

    def test_any_paper_is_summarised_from_where_it_is_shown(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "How long was the zebra gripper trained to fold laundry?")
        page.locator("#evidence .source a:has-text('Summarise')").first.click()
        page.wait_for_selector("#summary .export")
        assert "Gripper Zebra" in page.inner_text("#summary .subject")


class TestInTheChat:
    def test_comparing_and_summarising_need_no_special_words_and_outlive_a_reload(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "How does Eureka differ from Text2Reward?")
        page.wait_for_selector("#now .export")
        assert page.locator("#now .table-box").count() == 1
        ask(page, "summarise Eureka in a paragraph", 2)
        page.wait_for_selector("#now .export")
        assert "EUREKA" in page.inner_text("#now .subject")
        page.reload()
        page.wait_for_selector('#now .turn[data-turn="2"]')
        page.wait_for_selector("#past .table-box", state="attached")
        assert page.locator("#past .table-box").count() == 1
        assert seen.errors == []

    def test_a_page_left_in_mid_answer_comes_back_with_the_question_and_answers_the_next(
        self, seen: Seen
    ) -> None:
        page = seen.page
        page.fill("#question textarea", "How does Eureka differ from Text2Reward?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector('#now .turn[data-turn="1"]')
        page.reload()
        page.wait_for_selector('#now .turn[data-turn="1"]')
        assert "How does Eureka differ" in page.inner_text("#now .asked")
        ask(page, "How does the zebra gripper fold laundry?", 2)
        assert "diffusion policy" in page.inner_text("#now .answer")
        page.evaluate("console.error('the page that came back complains')")
        assert seen.errors == ["the page that came back complains"]

    def test_a_comparison_with_what_is_not_in_the_list_says_so(self, seen: Seen) -> None:
        page = seen.page
        ask(page, "compare Eureka and Kuzzlewump")
        assert "no paper or category 'Kuzzlewump'" in page.inner_text("#now .notes")


class TestPapers:
    def test_a_paper_is_found_shown_and_asked_within(self, seen: Seen) -> None:
        page = seen.page
        page.click("#tab-papers")
        page.fill("#find", "text2reward 2023")
        assert page.inner_text(".found") == "1 paper"
        page.click("#listed li:not([hidden]) button")
        page.wait_for_selector("#detail .detail h2:has-text('Text2Reward')")
        detail = page.inner_text("#detail")
        assert "not the paper's words" in detail
        assert "PDF not fetched yet" in detail
        assert "digest only" in detail
        page.click("#detail [data-within]")
        page.wait_for_selector("text=Where to look: Text2Reward")
        assert page.evaluate("location.hash") == "#ask"

    def test_ones_own_paper_is_filed_removed_and_brought_back(self, seen: Seen) -> None:
        page = seen.page
        page.click("#tab-papers")
        page.select_option("#find-kind", "own")
        page.click("#listed li:not([hidden]):has-text('Gripper Zebra') button")
        page.wait_for_selector("#detail .editing")
        value = page.get_attribute("#detail [data-file] option:has-text('World Model')", "value")
        page.select_option("#detail [data-file]", value)
        page.wait_for_selector("#detail .told:has-text('Filed')")
        assert "World Model" in page.inner_text("#detail .editing .filed")
        page.click("#detail [data-remove]")
        page.wait_for_selector("#detail .removed")
        assert page.locator("#listed li:has-text('Gripper Zebra')").count() == 0
        page.click("#detail [data-bring-back]")
        page.wait_for_selector("#detail .detail h2:has-text('Gripper Zebra')")
        page.wait_for_selector("#listed li:has-text('Gripper Zebra')", state="attached")
        assert seen.errors == []


class TestCheck:
    def test_a_pasted_paragraph_is_held_against_the_papers(self, seen: Seen, address: str) -> None:
        page = seen.page
        page.click("#tab-check")
        page.wait_for_selector("#checked .welcome")
        page.fill(
            "#check-text textarea",
            "It was trained for seventeen hours on four robot arms. It was trained for 99 years \\cite{nobody2020}. "
            "<b>Zebras</b> sing in 12 languages at night.",
        )
        page.click("#check-go")
        page.wait_for_selector("#checked .meta:has-text('1 carried, 2 not found')")
        assert "no paper of the list has the key nobody2020" in page.inner_text("#checked li.bad >> nth=0")
        assert "<b>" in page.inner_text("#checked li.bad >> nth=1")
        page.click("#checked li.good button")
        page.wait_for_selector("#viewer[open] img")
        page.keyboard.press("Escape")
        page.fill("#check-text textarea", " … ")
        page.click("#check-go")
        page.wait_for_selector("#checked .trouble:has-text('no sentence')")
        assert seen.errors == []
        nothing_from_elsewhere(seen, address)


def test_the_tabs_are_walked_with_the_arrow_keys(seen: Seen) -> None:
    page = seen.page
    page.focus("#tab-ask")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("location.hash") == "#compare"
    assert page.get_attribute("#tab-compare", "aria-selected") == "true"
    assert page.is_visible("#view-compare")
    assert not page.is_visible("#view-ask")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.id") == "tab-overview"


# What is wider than the page is clipped there, so the document's own width tells nothing.
WIDTH = "document.querySelector('.gradio-container').scrollWidth"


def test_no_tab_is_wider_than_a_phone(seen: Seen) -> None:
    seen.page.set_viewport_size({"width": 420, "height": 900})
    for hash_, there in (
        ("#ask", ".welcome"),
        ("#compare?a=eureka&b=text2reward", "#comparison .export"),
        ("#summarise?of=eureka", "#summary .export"),
        ("#papers?paper=ma2023eureka", "#detail .detail"),
    ):
        page = go(seen, hash_)
        page.wait_for_selector(there)
        assert page.evaluate(WIDTH) <= 420, hash_
    go(seen, "#ask")
    ask(seen.page, "How does Eureka differ from Text2Reward?")
    seen.page.wait_for_selector("#now .export")
    assert seen.page.evaluate(WIDTH) <= 420
