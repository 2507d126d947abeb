import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import NothingIndexed, StorageFailed
from corpus.passages import Span
from index.passage_store import PassageStore, StoredPassage
from index.search import Search, Tuning, merged, nearest_page
from tests import pdfs
from tests.indexes import (
    BLINKING,
    COST,
    DIFFUSER,
    KITCHEN,
    LMA3,
    OCTO,
    HashingEmbedder,
    build,
    few,
    paper,
    search,
    texts,
)

GRIPPER = "The gripper closes when the policy predicts a value above one half."
CAMERAS = "Two cameras watch the table and one sits on the wrist of the arm."


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """An index where Octo and LMA3 have a PDF, and Decision Diffuser only its digest."""
    folder = tmp_path_factory.mktemp("search")
    octo = paper(folder / f"{OCTO}.pdf", GRIPPER, CAMERAS, BLINKING)
    lma3 = paper(folder / f"{LMA3}.pdf", COST, KITCHEN, BLINKING)
    mine = pdfs.roman_labels(folder / "thesis.pdf")
    build(folder / "index", octo, lma3, mine)
    return folder / "index"


@pytest.fixture
def found(directory):
    opened = search(directory)
    yield opened
    opened.close()


def papers(hits):
    return [hit.passage.paper for hit in hits]


def test_ranks_count_from_one_and_words_that_match_come_first(found):
    hits = found("How much does a given seed cost?", 5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert "USD 240" in hits[0].passage.text
    assert (hits[0].page, hits[0].page_label) == (1, "1")


def test_the_two_lists_alone_give_a_named_paper_no_preference(found):
    octo = found("Which lasers blink in Octo?", 40, method="both")
    lasers = [hit for hit in octo if "Lasers" in hit.passage.text]
    assert {hit.passage.paper for hit in lasers[:2]} == {OCTO, LMA3}
    assert [hit.rank for hit in octo] == list(range(1, len(octo) + 1))
    assert len(found("lasers", 1, method="both")) == 1


def test_a_paper_that_is_named_goes_before_one_that_says_the_same(found):
    assert papers(found("Which lasers blink in Octo?"))[0] == OCTO
    assert papers(found("Which lasers blink in LMA3?"))[0] == LMA3


def test_two_named_papers_take_turns(found):
    leading = papers(found("How do Octo and LMA3 differ when lasers blink?", 4))
    assert leading in ([OCTO, LMA3] * 2, [LMA3, OCTO] * 2)


def test_the_caller_may_say_which_papers_are_meant(found):
    assert papers(found("Which lasers blink?", prefer=[OCTO]))[0] == OCTO
    assert papers(found("Which lasers blink?", prefer=[LMA3]))[0] == LMA3


def test_a_scope_is_never_left_even_for_a_paper_that_is_named(found):
    for method in ("fused", "dense", "keywords", "both"):
        assert set(papers(found("lasers blink", 50, papers=[LMA3], method=method))) == {LMA3}
    assert set(papers(found("Which lasers blink in Octo?", 50, papers=[LMA3]))) == {LMA3}
    assert set(papers(found("Which lasers blink?", 50, papers=[LMA3], prefer=[OCTO]))) == {LMA3}
    assert found("lasers", papers=[]) == []


def test_kinds_of_source_can_be_chosen(found):
    assert {hit.passage.source for hit in found("Octo policy", 50, sources=["digest"])} == {"digest"}


def test_the_digest_of_a_paper_that_is_held_is_not_shown_and_leads_to_it(found):
    digest = few().by_id[OCTO].digest.text
    hits = found(digest, 50)
    assert papers(hits)[0] == OCTO
    assert {hit.passage.source for hit in hits if hit.passage.paper == OCTO} == {"pdf"}


def test_the_digest_of_a_paper_that_is_not_held_is_shown_without_a_page(found):
    hits = [hit for hit in found("Decision Diffuser", 50) if hit.passage.paper == DIFFUSER]
    assert hits
    assert {hit.passage.source for hit in hits} <= {"digest", "table"}
    assert {(hit.page, hit.page_label) for hit in hits} == {(None, None)}


def test_no_paper_crowds_out_the_others(directory):
    found = Search(directory, few(), HashingEmbedder(), Tuning(per_paper=1))
    leading = papers(found("lasers blink", 50))
    others = len(set(leading))
    assert len(set(leading[:others])) == others
    found.close()


def test_pages_carry_the_labels_that_are_printed_on_them(found):
    hit = found(pdfs.ROMAN_PAGES[1])[0]
    assert hit.passage.paper == "thesis"
    assert (hit.page, hit.page_label) == (2, "ii")


@pytest.mark.parametrize(
    "question",
    ["", "   ", "?", "the of and", '"', '"" OR *', "NEAR(seed cost, 3)", "seed AND (cost", "title: seed", "cost*", "-seed",
     "a^b", "{x}", "+", "\0", "seed\0cost", "🤖", "费用是多少", "x" * 5_000, "word " * 3_000, "'; DROP TABLE passages; --"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["fused", "dense", "keywords", "both"])
def test_odd_questions_never_fail(found, question, method):
    hits = found(question, 5, method=method)
    assert len(hits) <= 5
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


@settings(max_examples=40, deadline=None)
@given(question=st.text(max_size=60), k=st.integers(1, 9))
def test_any_text_can_be_asked(directory, question, k):
    opened = search(directory)
    assert len(opened(question, k)) <= k
    opened.close()


def test_query_syntax_is_read_as_words(found):
    assert "USD 240" in texts(found('"seed" AND (costs OR NEAR)', 1, method="keywords"))


def test_no_hit_comes_twice(found):
    hits = found("lasers blink in Octo and LMA3", 50)
    assert len({hit.passage.id for hit in hits}) == len(hits)


def test_once_a_search_is_closed_nothing_reads_its_index_any_more(directory, monkeypatch):
    opened = search(directory)
    begun, ended = threading.Event(), []
    keywords = PassageStore.keyword_search

    def slowly(*given, **named):
        begun.set()
        threading.Event().wait(0.5)
        found = keywords(*given, **named)
        ended.append(found)
        return found

    def without_vectors(*_, **__):
        begun.wait(10)
        raise StorageFailed("no vectors")

    monkeypatch.setattr(PassageStore, "keyword_search", slowly)
    monkeypatch.setattr(Search, "_nearest", without_vectors)
    with pytest.raises(StorageFailed):
        opened("Where is the gripper?")
    opened.close()
    assert len(ended) == 1


def test_where_nothing_is_indexed_the_remedy_is_named(tmp_path):
    with pytest.raises(NothingIndexed, match="duality index build"):
        search(tmp_path / "nowhere")("anything")


# --- passages side by side ---


def stored(ordinal, text="", *, page=1, section="Method", kind="body", spans=None, document=1):
    text = text or f"Sentence number {ordinal}."
    spans = spans or (Span(page, ordinal * 100, ordinal * 100 + len(text)),)
    return StoredPassage(
        f"p{document}-{ordinal}", "octo", "pdf", kind, section, text, spans, 5, ordinal, document
    )


def test_neighbours_become_one_passage_in_reading_order_at_the_better_place():
    joined = merged([stored(4), stored(9), stored(3)])
    assert [p.text for p in joined] == ["Sentence number 3. Sentence number 4.", "Sentence number 9."]
    assert joined[0].id == "p1-4"
    assert joined[0].spans == (*stored(3).spans, *stored(4).spans)
    assert joined[0].tokens == 10


@pytest.mark.parametrize(
    "other",
    [
        stored(5, page=2),
        stored(5, section="Results"),
        stored(5, kind="caption"),
        stored(6),
        stored(5, document=2),
    ],
)
def test_passages_of_other_pages_sections_or_places_stay_apart(other):
    assert len(merged([stored(4), other])) == 2


@settings(deadline=None)
@given(st.permutations(range(8)))
def test_merging_loses_and_doubles_nothing(order):
    joined = merged([stored(i) for i in order])
    said = [sentence for p in joined for sentence in p.text.split(". ")]
    assert sorted(s.rstrip(".") for s in said) == sorted(f"Sentence number {i}" for i in range(8))
    for p in joined:
        numbers = [int(s.rstrip(".").split()[-1]) for s in p.text.split(". ")]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_a_passage_over_two_pages_is_shown_on_the_page_of_its_best_sentence():
    first, second = "Training took many days on one machine.", "Lasers blink."
    both = stored(0, f"{first} {second}", spans=(Span(6, 900, 900 + len(first)), Span(7, 0, len(second))))
    assert both.page == 6
    assert nearest_page(both, ["lasers", "blink"]) == 7
    assert nearest_page(both, ["machine"]) == 6
    assert nearest_page(both, ["nothing"]) == 6


@pytest.mark.parametrize(
    ("section", "text", "aside"),
    [
        ("B Prompts › B.1 Goal generator", "You are a helpful robot.", True),
        ("A Contributions", "Ann wrote the code.", True),
        ("Acknowledgements", "We thank Bob.", True),
        ("3.5 Comparison to prompt-based methods", "Ours wins.", False),
        ("1.1 Key contributions", "We propose a policy.", False),
        ("5 Experiments", "Can it walk? Can it run?", True),
        ("5 Experiments", "Can it walk? It can.", False),
    ],
)
def test_what_does_not_speak_for_its_paper_is_known(section, text, aside):
    from index.records import StoredPassage
    from index.search import speaks_aside

    passage = StoredPassage("x", "p", "pdf", "body", section, text, (), 5, 0, 1)
    assert speaks_aside(passage) == aside
