import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Page
from corpus.errors import StorageFailed
from corpus.passages import Passage, Span
from index.passage_store import DocumentRecord, PassageStore


def passage(text, kind="body", section="Method", page=1):
    return Passage(text, section, kind, (Span(page, 0, len(text)),), len(text.split()))


def record(paper="octo", source="pdf", sha="1", **more):
    return DocumentRecord(paper, source, sha, **more)


@pytest.fixture
def store(tmp_path):
    made = PassageStore(tmp_path / "passages.sqlite")
    made.create()
    return made


def found(store, *words, **where):
    hits = store.keyword_search(words, 10, **where)
    known = store.passages(identity for identity, _ in hits)
    return [known[identity].text for identity, _ in hits]


def test_what_is_put_is_found_by_its_words_stemmed(store):
    store.put(record(), "Octo", [("a", passage("Diffusion heads decode actions."), True)])
    assert found(store, "decoding") == ["Diffusion heads decode actions."]
    assert found(store, "octo") == ["Diffusion heads decode actions."]
    assert found(store, "reward") == []


def test_a_document_put_again_replaces_the_older_one(store):
    store.put(record(), "Octo", [("a", passage("Lasers blink."), True), ("b", passage("Camels walk."), True)])
    store.put(record(sha="2"), "Octo", [("c", passage("Robots grasp."), True)])
    assert found(store, "lasers") == found(store, "camels") == []
    assert found(store, "robots") == ["Robots grasp."]
    assert store.passages(["a", "b"]) == {}
    assert [r.sha256 for r in store.documents()] == ["2"]
    assert store.embedded_ids() == ["c"]


def test_a_put_that_fails_half_way_changes_nothing(store):
    store.put(record(), "Octo", [("a", passage("Lasers blink."), True)])
    before = store.revision()
    with pytest.raises(sqlite3.IntegrityError):
        store.put(record(sha="2"), "Octo", [("b", passage("One."), True), ("b", passage("Two."), True)])
    assert found(store, "lasers") == ["Lasers blink."]
    assert store.revision() == before


def test_removing_hides_at_once_and_says_whether_there_was_one(store):
    store.put(record(), "Octo", [("a", passage("Lasers blink."), True)])
    assert store.remove("octo", "pdf")
    assert not store.remove("octo", "pdf")
    assert found(store, "lasers") == []
    assert store.documents() == []


def test_every_change_moves_the_revision(store):
    seen = [store.revision()]
    store.put(record(), "Octo", [])
    seen.append(store.revision())
    store.put(record("mine"), "Mine", [], own={"id": "mine"})
    seen.append(store.revision())
    store.remove("octo", "pdf")
    seen.append(store.revision())
    assert seen == sorted(set(seen))


def test_a_paper_of_the_users_own_is_remembered_with_its_passages_or_not_at_all(store):
    store.put(record("mine"), "Mine", [("a", passage("Lasers blink."), True)], own={"title": "Ünïcode"})
    assert store.own_papers() == {"mine": {"title": "Ünïcode"}}
    with pytest.raises(sqlite3.IntegrityError):
        store.put(record("other"), "Other", [("a", passage("Again."), True)], own={"title": "Other"})
    assert set(store.own_papers()) == {"mine"}


def test_references_have_no_place_in_keyword_search(store):
    store.put(record(), "Octo", [("a", passage("Cited by nobody.", kind="references"), False)])
    assert found(store, "nobody") == []
    assert not store.mentions_term("nobody")
    assert store.counts() == {"pdf": 1, "embedded": 0}


def test_search_can_be_kept_to_papers_and_kinds_of_source(store):
    store.put(record("octo"), "Octo", [("a", passage("Arms grasp cups."), True)])
    store.put(record("rt2"), "RT-2", [("b", passage("Arms grasp plates."), True)])
    store.put(record("rt2", "digest"), "RT-2", [("c", passage("Arms grasp notes."), True)])
    assert found(store, "grasp", papers=["octo"]) == ["Arms grasp cups."]
    assert found(store, "grasp", sources=["digest"]) == ["Arms grasp notes."]
    assert found(store, "grasp", papers=[]) == []


def test_pages_come_back_with_their_characters_and_labels(store):
    from array import array

    page = Page(3, "iii", "Robots grasp.", (), array("I", range(40, 53)))
    store.put(record(pages=3), "Octo", [], [page])
    back = store.page("octo", 3)
    assert (back.label, back.text, back.raw_span(0, 6)) == ("iii", "Robots grasp.", (40, 46))
    assert store.labels("octo") == {3: "iii"}
    assert store.page("octo", 4) is None


def test_neighbours_stay_in_section_and_flow(store):
    parts = [passage("One.", section="A"), passage("Two.", section="B"), passage("Three.", section="B"),
             passage("Four.", section="B", kind="caption")]  # fmt: skip
    store.put(record(), "Octo", [(str(i), p, True) for i, p in enumerate(parts)])
    middle = store.passages(["2"])["2"]
    assert [p.text for p in store.neighbours(middle)] == ["Two."]


@pytest.mark.parametrize("term", ["GPT-4", "GPT 4", "gpt4", "GPT-4's"])
def test_a_term_is_met_however_its_parts_are_joined(store, term):
    store.put(record(), "Octo", [("a", passage("We ask GPT-4 for rewards."), True)])
    assert store.mentions_term(term.removesuffix("'s"))
    assert store.mentions_term("GPT-4", ["octo"])
    assert not store.mentions_term("GPT-4", ["rt2"])
    assert not store.mentions_term("GPT-5")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=5))
def test_no_word_breaks_the_keyword_search(tmp_path_factory, words):
    store = PassageStore(tmp_path_factory.getbasetemp() / "syntax.sqlite")
    store.create()
    store.keyword_search(words, 5)


@pytest.mark.parametrize(
    "word", ['"', '""', "NEAR(a b)", "a AND", "text:", "*", "a*", "(", "-", "^a", "\0", "\ud800"]
)
def test_query_syntax_is_looked_up_as_words(store, word):
    assert store.keyword_search([word, "grasp"], 5) == []


def test_a_damaged_store_says_how_to_mend_it(store):
    store.path.write_bytes(b"This is no database at all. " * 200)
    with pytest.raises(StorageFailed, match="`duality index build`"):
        store.documents()
