import gc
import re
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from types import SimpleNamespace

from assistant.answer import Answer, Citation, Claim, NumberedSource, Seconds
from assistant.asking.request import Request, request
from assistant.chain import Consulted, Event, Writing
from assistant.page import evidence_panel, header, render
from assistant.page import turns as turns_kept
from assistant.page.chat import Chat
from assistant.page.shelf import Shelf
from assistant.page.talk import Conversation, Conversations, Turn, followed
from assistant.page.turns import Turns
from assistant.preparation import Task
from assistant.screening.answering import by_facts
from assistant.status import Status
from corpus import catalogue as catalogues
from corpus.errors import NothingIndexed
from corpus.passages import Span

CATALOGUE = catalogues.load()
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>[a](javascript:x) ${alert(3)} {{value}} `y` \"q\" 's'"
TEXT = "The search is evolutionary. It keeps the best rewards. Costs are low."


def source(n: int = 1, text: str = TEXT, **changes: object) -> NumberedSource:
    given = NumberedSource(
        n=n,
        paper="ma2023eureka",
        title="Eureka: Human-Level Reward Design",
        label="EUREKA",
        authors=("A One", "B Two", "C Three", "D Four"),
        year=2023,
        page=6,
        page_label="iv",
        section="3 METHOD",
        categories=(
            "generative-tools-for-rl",
            "generative-tools-for-rl/task/reward-signal",
            "generative-tools-for-rl/task/reward-signal/llm",
        ),
        source="pdf",
        kind="curated",
        text=text,
        spans=(Span(6, 100, 100 + len(text)),),
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def cited(n: int = 1, quote: str = "It keeps the best rewards.", **changes: object) -> Citation:
    return replace(Citation(n, "ma2023eureka", "pdf", 6, "iv", quote, (Span(6, 128, 154),)), **changes)  # type: ignore[arg-type]


def turn(*claims: Claim, sources: tuple[NumberedSource, ...] = (source(),), **changes: object) -> Turn:
    values: dict[str, object] = {"refused": False, "lead": "", "notes": ()} | changes
    answer = Answer(
        question="How?",
        standalone="How?",
        claims=claims,
        sources=sources,
        model="a model",
        tokens={"input": 1200, "output": 80},
        seconds=Seconds(0.18, 1.0, 4.2),
        **values,  # type: ignore[arg-type]
    )
    return Turn(1, "How?", stage="done", sources=sources, claims=claims, answer=answer)


def test_nothing_from_a_model_a_paper_or_a_user_becomes_markup() -> None:
    hostile = source(text=EVIL, title=EVIL, label=EVIL, authors=(EVIL,), section=EVIL, page_label=EVIL)
    said = turn(
        Claim(EVIL, "entailed", (cited(quote=EVIL),)),
        Claim(EVIL, "unsupported"),
        sources=(hostile,),
        lead=EVIL,
        notes=(EVIL,),
    )
    digest = replace(said, sources=(replace(hostile, source="digest", page=None),))
    writing = replace(said, answer=None, stage="writing", words=EVIL, question=EVIL, scope=EVIL)
    failed = replace(said, stage="failed", trouble=EVIL)
    tasks = (Task("PDFs", "running", 1, 2, EVIL, EVIL), Task("chat model", "failed", note=EVIL))
    shown = "".join(
        [render.one(t, CATALOGUE) for t in (said, writing, failed)]
        + [evidence_panel.panel(t, CATALOGUE) for t in (said, digest)]
        + [header.progress(tasks)]
    )
    assert set(re.findall(r"<(script|img|a)\b", shown)) <= {"a"}
    assert not re.search(r'<a [^>]*href="(?!https?://|#(?:compare|summarise|papers)\b)', shown)
    assert "onerror=alert" not in re.sub(r'"[^"]*"|>[^<]*<', "", shown)
    for code in ("${", "{{", "`"):
        assert code not in shown


def test_a_supported_sentence_carries_its_marker_and_opens_the_cited_words() -> None:
    html = render.one(turn(Claim("It keeps the best.", "entailed", (cited(), cited()))), CATALOGUE)
    assert html.count('class="mark pdf"') == 1
    assert 'data-page="6"' in html
    assert 'data-spans="6:128:154"' in html
    assert "PDF p. iv (page 6 of the PDF)" in html
    assert "not found" not in html


def test_an_unsupported_sentence_is_set_apart_and_carries_no_marker() -> None:
    html = render.one(turn(Claim("Pigs fly.", "unsupported", (cited(),))), CATALOGUE)
    assert "unsupported" in html
    assert "not found in the papers" in html
    assert 'class="mark' not in html


def test_a_refusal_looks_like_a_refusal_and_a_trouble_like_a_trouble() -> None:
    refused = render.one(turn(refused=True, lead="The papers do not say."), CATALOGUE)
    assert "Not in the papers" in refused
    assert "trouble" not in refused
    assert "Rests on" not in refused
    failed = render.one(Turn(1, "How?", stage="failed", trouble="There is no index yet."), CATALOGUE)
    assert 'class="trouble" role="status">There is no index yet.' in failed


def test_an_answer_tells_its_categories_notes_and_cost() -> None:
    html = render.one(turn(Claim("It is.", "exact", (cited(),)), notes=("A fallback.",)), CATALOGUE)
    assert 'data-category="generative-tools-for-rl/task/reward-signal/llm"' in html
    assert 'data-category="generative-tools-for-rl"' not in html
    for part in ("A fallback.", "a model", "4.2 s", "1,200 tokens read, 80 written", "retrieval 180 ms"):
        assert part in html


def test_a_question_about_many_papers_shows_how_it_was_understood_and_who_was_not_counted() -> None:
    asked = request("Which papers from 2023 evaluate on AntMaze?", (), CATALOGUE)
    answer = by_facts(asked, CATALOGUE)
    assert answer is not None
    assert answer.screening is not None
    shown = Turn(1, asked.typed, stage="done", sources=answer.sources, claims=answer.claims, answer=answer)
    html = render.one(shown, CATALOGUE)
    assert "Understood as" in html
    assert "first published in 2023" in html
    unclear = answer.screening.of("unclear")
    assert unclear
    for verdict in unclear:
        assert f"paper={verdict.paper}" in html
    assert len(html) < 60_000


def test_cited_words_are_emphasised_and_other_sources_are_only_consulted() -> None:
    html = evidence_panel.panel(
        turn(Claim("x", "exact", (cited(),)), sources=(source(1), source(2))), CATALOGUE
    )
    assert "1 cited, 1 consulted" in html
    assert html.count("<mark>It keeps the best rewards.</mark>") == 1
    first, second = html.split("<li class=")[1:]
    assert 'data-spans="6:128:154"' in first, "a cited source opens at the cited words"
    assert 'data-spans="6:100:169"' in second, "a consulted one at the passage"
    assert "A One, B Two, C Three et al.<" in first
    assert evidence_panel.who(source()) == "A One, B Two, C Three et al., 2023"
    assert "curated" in first


def test_a_digest_is_never_shown_as_the_papers_words() -> None:
    html = evidence_panel.panel(
        turn(sources=(source(source="digest", page=None, page_label=None, spans=()),)), CATALOGUE
    )
    assert "our digest" in html
    assert "It is not the paper&#x27;s words." in html
    assert "data-page" not in html
    assert 'data-open="digest"' in html


def test_a_printed_page_number_is_told_apart_only_where_it_differs() -> None:
    assert render.place("pdf", 6, "6") == render.place("pdf", 6, None) == "PDF p. 6"
    assert render.place("pdf", 6, "iv") == "PDF p. iv (page 6 of the PDF)"
    assert render.place("table", None, None) == "survey table"


def test_an_excerpt_holds_the_cited_words_and_stays_short() -> None:
    text = "alpha " * 200 + "THE CITED WORDS " + "omega " * 200
    marked = evidence_panel.intervals(text, ["THE CITED WORDS"])
    start, end = evidence_panel.excerpt(text, marked)
    assert "THE CITED WORDS" in text[start:end]
    assert end - start < 300
    assert evidence_panel.intervals("abcdef", ["bcd", "cde", "nowhere", ""]) == [(1, 5)]


def test_the_categories_to_choose_from_are_indented_and_counted() -> None:
    choices = render.category_choices(CATALOGUE)
    labels = {slug: label for label, slug in choices}
    assert labels["generative-tools-for-rl"] == "Generative Tools for RL · 128"
    assert labels["generative-tools-for-rl/task/reward-signal"] == "        Reward Signal · 26"
    assert all(CATALOGUE.papers_of(slug) for _, slug in choices)


def test_the_head_tells_what_is_held_and_what_is_under_way() -> None:
    status = Status("g1", 158, 155, 2, 51, {"pdf": 4000, "digest": 310})
    assert (
        header.holdings(status) == "155 curated papers, the survey, 2 of your own · 51 PDFs · 4,310 passages"
    )
    tasks = (Task("chat model", "running", 312, 1117, "MB"), Task("PDFs", "done"))
    assert "312 of 1,117 MB" in header.progress(tasks)
    assert not header.settled(tasks)
    assert header.progress((Task("PDFs", "done"), Task("chat model", "skipped"))) == ""


def test_the_evidence_is_shown_before_any_words_and_the_answer_last() -> None:
    whole = turn(Claim("It is.", "exact", (cited(),)))
    assert whole.answer is not None
    events: list[Event] = [
        Consulted(Request("How?", "How?", "How?", ()), whole.sources),
        Writing((), "It"),
        whole.answer,
    ]
    stages = [t.stage for t in followed(lambda: iter(events), Turn(1, "How?"), threading.Event())]
    assert stages[:2] == ["searching", "reading"]
    assert stages[-1] == "done"


def test_an_error_becomes_one_line_in_the_conversation() -> None:
    def begin() -> Iterator[Event]:
        raise NothingIndexed("There is no index yet.")

    def broken() -> Iterator[Event]:
        raise ZeroDivisionError("secret detail")

    assert list(followed(begin, Turn(1, "How?"), threading.Event()))[-1].trouble == "There is no index yet."
    last = list(followed(broken, Turn(1, "How?"), threading.Event()))[-1]
    assert last.stage == "failed"
    assert "secret" not in last.trouble


def test_stopping_is_felt_while_the_model_is_silent() -> None:
    stop, released = threading.Event(), threading.Event()

    def begin() -> Iterator[Event]:
        yield Consulted(Request("How?", "How?", "How?", ()), (source(),))
        released.wait(20)

    seen = []
    for state in followed(begin, Turn(1, "How?"), stop):
        seen.append(state)
        if state.stage == "reading":
            stop.set()
    released.set()
    assert seen[-1].stage == "failed"
    assert "Stopped" in seen[-1].trouble


def test_a_cleared_conversation_can_be_restored() -> None:
    talk = Conversation([turn(Claim("It is.", "exact"))])
    talk.clear()
    assert talk.history == []
    talk.turns.append(Turn(1, "And then?", stage="failed"))
    talk.restore()
    assert [t.number for t in talk.turns] == [1, 2]
    assert [question for question, _ in talk.history] == ["How?"]


def test_what_was_said_is_there_again_after_the_page_was_loaded_anew() -> None:
    tabs = Conversations()
    tabs.move("first load", "tab of the browser")
    tabs.of("first load").turns.append(turn(Claim("It is.", "exact")))
    tabs.leave("first load")
    tabs.move("second load", "tab of the browser")
    assert [t.question for t in tabs.of("second load").turns] == ["How?"]
    assert not tabs.of("another tab").turns


def test_a_page_that_is_gone_late_does_not_stop_what_the_page_in_its_place_asked() -> None:
    chat = Chat(SimpleNamespace(catalogue=CATALOGUE), Shelf())  # type: ignore[arg-type]
    chat.arrived("old", "tab")
    chat.arrived("new", "tab")
    talk = chat.talks.of("new")
    talk.stop, talk.asked_by = threading.Event(), "new"
    chat.left("old")
    assert not talk.stop.is_set()
    chat.left("new")
    assert talk.stop.is_set()


def test_an_answer_left_half_written_is_stopped_and_said_so() -> None:
    class Slow:
        catalogue = CATALOGUE

        def scope(self, *_: object) -> None:
            return None

        def chain(self, *_: object) -> object:
            raise NothingIndexed("There is no index yet.")

    chat = Chat(Slow(), Shelf())  # type: ignore[arg-type]
    chat.arrived("a", "tab")
    with closing(chat.ask("How does Eureka write rewards?", (), (), "a")) as writing:  # type: ignore[type-var]
        next(writing)
    assert chat.talks.of("a").stop is None
    assert [t.trouble for t in chat.talks.of("a").turns] == ["Stopped because the page was left; ask again."]


def test_a_sentence_that_nothing_carries_says_why_and_the_level_of_the_others_is_shown() -> None:
    said = turn(
        Claim("It keeps the best rewards.", "exact", (cited(),)),
        Claim("It won a prize.", "unsupported", why="“prize” does not occur in the passages"),
    )
    shown = render.one(said, CATALOGUE)
    assert "not found in the papers" in shown
    assert 'title="“prize” does not occur in the passages"' in shown
    assert 'aria-label="Source 1: EUREKA, PDF p. iv (page 6 of the PDF)"' in shown
    assert 'data-says="Exact: the source says it in these words."' in shown
    assert '<span class="badge level exact"' in evidence_panel.panel(said, CATALOGUE)


def test_a_refusal_sets_the_nearest_passages_apart() -> None:
    lead = (
        "The papers do not say: “Mars” does not occur. Looked at 6 passages of EUREKA. The nearest passages:"
    )
    shown = render.one(
        turn(Claim("It keeps the best rewards.", "exact", (cited(),)), refused=True, lead=lead), CATALOGUE
    )
    assert "Not in the papers" in shown
    assert "Looked at 6 passages of EUREKA." in shown
    assert "Nearest passages, for you to judge" in shown
    assert "The nearest passages:" not in shown.split('class="meta"')[0]


def test_turns_that_are_over_leave_memory_and_come_back_as_they_were() -> None:
    words = [f"word{number} says that the policy" for number in range(40)]
    wordy = tuple(replace(source(n), text=" ".join(words[n:] + words[:n])) for n in range(1, 12))
    said = [replace(turn(Claim("It is.", "exact", (cited(),)), sources=wordy), number=n) for n in (1, 2, 3)]
    turns = Turns(said)
    assert [*turns] == said
    assert turns[:2] == said[:2]
    assert turns.said == [("How?", one.said) for one in said]
    tracemalloc.start()
    for _ in range(100):
        turns.append(deepcopy(said[0]))
    gc.collect()
    packed, _ = tracemalloc.get_traced_memory()
    loose = [deepcopy(said[0]) for _ in range(100)]
    both, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert packed < (both - packed) / 30
    assert len(loose) == 100
    assert len(turns) == 103
    assert turns[102] == turns[50] == said[0]


def test_turns_stay_in_memory_where_the_disk_is_full(monkeypatch) -> None:
    said = [replace(turn(Claim("It is.", "exact", (cited(),))), number=n) for n in (1, 2, 3)]
    monkeypatch.setattr(turns_kept, "_disk", lambda: full)
    full = turns_kept._Disk()
    full._database.execute("PRAGMA max_page_count = 2")
    kept = Turns(said * 200)
    assert any(isinstance(one, bytes) for one in kept._packed)
    assert kept[0] == said[0]
    assert kept[598] == said[1]


def test_many_markers_are_folded_and_sent_once_they_are_opened() -> None:
    sources = tuple(source(n) for n in range(1, 12))
    said = turn(Claim("All do.", "entailed", tuple(cited(n) for n in range(1, 12))), sources=sources)
    shown = render.one(said, CATALOGUE)
    assert ">+8</button>" in shown
    assert shown.count("data-open") == 3
    chat = Chat(SimpleNamespace(catalogue=CATALOGUE), Shelf())  # type: ignore[arg-type]
    chat.talks.of("a").turns = Turns([said])
    assert chat.unfolded(1, "a").count("data-open") == 11
    assert chat.unfolded(2, "a") == chat.unfolded(0, "a") == chat.unfolded(1, "another") == ""


def test_a_sentence_that_was_counted_says_how_and_one_with_the_same_words_that_it_is_no_more() -> None:
    counted = turn(Claim("9 of 15 use D4RL.", "computed", (cited(),), why="counted over the digests"))
    shown = render.one(counted, CATALOGUE)
    assert 'data-tip="counted over the digests">computed</span>' in shown
    assert "not checked</span>" not in shown
    assert "same words</span>" in render.one(turn(Claim("It is.", "same words", (cited(),))), CATALOGUE)


def test_html_cut_in_pieces_is_the_same_joined_and_a_growing_answer_changes_only_its_end() -> None:
    first = Claim("It keeps the best.", "exact", (cited(),))
    before = render.pieces(
        render.one(Turn(1, "How?", stage="writing", claims=(first,), words="And the"), CATALOGUE)
    )
    after = render.pieces(
        render.one(Turn(1, "How?", stage="writing", claims=(first,), words="And the rest"), CATALOGUE)
    )
    assert len(before) == len(after)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert changed == [("And the", "And the rest")]
    shown = evidence_panel.panel(turn(first), CATALOGUE)
    assert "".join(render.pieces(shown)) == shown


def test_a_marker_in_a_quote_tells_its_entry_and_a_caption_shows_its_figure() -> None:
    text = "Figure 2: As camels do [1, 3]."
    known = source(text=text, references=(("1", 'A. "One". Camels.'), ("3", "C. Three. Dunes.")))
    shown = evidence_panel.panel(turn(sources=(known,)), CATALOGUE)
    assert '<abbr title="[1] A. &quot;One&quot;. Camels.\n[3] C. Three. Dunes.">[1, 3]</abbr>' in shown
    assert "figure?paper=ma2023eureka&amp;kind=figure&amp;number=2" in shown
