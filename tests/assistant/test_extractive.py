from dataclasses import replace

from assistant.extractive import LONGEST, ROOM, composed
from tests.assistant.evidences import COST, DIFFUSER, KITCHEN, LMA3, OCTO, evidence, hit


def test_every_claim_is_a_verbatim_quote_with_its_citation():
    found = evidence()
    claims = composed(found)
    assert claims
    for claim in claims:
        (citation,) = claim.citations
        assert claim.support == "exact"
        assert citation.quote in found.source(citation.n).text
        assert citation.quote in claim.text
        assert claim.text.endswith("”")


def test_the_best_sentence_comes_first_under_its_papers_name():
    first = composed(evidence("How much does a given seed cost?"))[0]
    assert first.text == f"LMA3: “{COST}”"
    assert first.citations[0].page == 10


def test_quotes_of_one_paper_stand_together_and_name_it_once():
    claims = composed(evidence("kitchen seed gripper hours TPU cost"), quotes=9)
    order = [claim.citations[0].paper for claim in claims]
    assert order == sorted(order, key=order.index)
    named = [claim.text.split(":")[0] for claim in claims if not claim.text.startswith("“")]
    assert len(named) == len(set(named)) == len(set(order))


def test_each_paper_asked_about_gets_its_share():
    chosen = {
        claim.citations[0].paper
        for claim in composed(evidence("cost of a seed of LMA3"), [LMA3, OCTO], quotes=2)
    }
    assert chosen == {LMA3, OCTO}


def test_a_digest_is_called_ours():
    claims = composed(evidence("probability of removing the conditioning"), [DIFFUSER, LMA3])
    text = next(claim.text for claim in claims if claim.citations[0].paper == DIFFUSER)
    assert "Our digest says: “" in text


def test_a_sentence_without_end_is_cut_and_says_so():
    found = evidence("words", [hit(1, LMA3, "Many words " + "and more words " * 80 + "end.")])
    (claim,) = composed(found)
    assert claim.text.endswith(" …”")
    assert len(claim.citations[0].quote) <= LONGEST
    assert claim.citations[0].quote in found.source(1).text


def test_nothing_to_quote_gives_no_claims():
    assert composed(evidence("x", [])) == []


def test_what_two_passages_say_alike_is_quoted_once():
    assert len(composed(evidence("seed cost", [hit(1, LMA3, COST), hit(2, LMA3, COST)]))) == 1


def test_a_sentence_said_twice_keeps_the_place_of_its_better_one():
    found = evidence("cost", [hit(1, LMA3, COST), hit(2, LMA3, KITCHEN), hit(3, LMA3, COST)])
    scores = (0.9, 0.5, 0.1)
    weighed = tuple(replace(s, score=score) for s, score in zip(found.sentences, scores, strict=True))
    claims = composed(replace(found, sentences=weighed))
    assert [claim.citations[0].quote for claim in claims] == [COST, KITCHEN]


def test_evidence_of_short_lines_alone_is_still_quoted():
    assert composed(evidence("base model", [hit(1, LMA3, "Base model: GPT-4.", source="table")]))


def test_a_sentence_is_quoted_with_the_one_after_it_where_there_is_room():
    topic = "We made one change to the reward structure of the games during training."
    fact = "We fixed all positive rewards to be 1."
    found = evidence("What change was made to the rewards of games?", [hit(1, LMA3, topic, fact)])
    assert composed(found)[0].text == f"LMA3: “{topic} {fact}”"
    long = "It goes on " + "and on " * 90 + "for long."
    found = evidence("What change was made to the rewards of games?", [hit(1, LMA3, topic, long)])
    assert composed(found)[0].text == f"LMA3: “{topic}”"


def test_no_sentence_is_quoted_twice_and_all_quotes_have_their_limit():
    said = [
        f"The {word} gripper folds laundry quickly." for word in ("red", "green", "blue", "grey", "black")
    ]
    claims = composed(evidence("Which gripper folds laundry quickly?", [hit(1, LMA3, *said)]))
    text = " ".join(claim.text for claim in claims)
    assert all(text.count(sentence) <= 1 for sentence in said)
    many = [hit(n, LMA3, f"Gripper number {n} folds laundry " + "very " * 80 + "well.") for n in range(1, 9)]
    claims = composed(evidence("Which gripper folds laundry?", many))
    assert sum(len(claim.citations[0].quote) for claim in claims) <= ROOM


def test_a_footnote_stands_behind_the_sentence_that_bears_its_mark():
    said = "Success is counted for each of the three stages2 of a trial of the agent."
    note = "2Reaching is to come within 0.03 units of the object."
    found = evidence(
        "How is the success of each stage of a trial counted?",
        [
            hit(1, LMA3, said, page=7),
            hit(2, LMA3, note, page=7, kind="footnote"),
            hit(3, LMA3, "2Another page has a second footnote of its own here.", page=9, kind="footnote"),
        ],
    )
    claims = composed(found, quotes=1)
    assert [claim.text for claim in claims] == [
        f"LMA3: “{said}”",
        "Footnote 2: “Reaching is to come within 0.03 units of the object.”",
    ]
    assert [(c.n, c.page) for claim in claims for c in claim.citations] == [(1, 7), (2, 7)]


def test_a_number_that_is_no_mark_brings_no_footnote():
    found = evidence(
        "How many stages has a trial?",
        [
            hit(1, LMA3, "A trial of the agent has 2 stages, as DQN has in H2 and 32.", page=7),
            hit(2, LMA3, "2This is said of something else on the same page.", page=7, kind="footnote"),
        ],
    )
    assert len(composed(found, quotes=1)) == 1


def test_a_next_sentence_that_was_chosen_for_itself_is_one_quote_with_the_one_before_it():
    found = evidence("Where is the agent and what does a seed cost?", [hit(1, LMA3, KITCHEN, COST)])
    weighed = tuple(replace(s, score=score) for s, score in zip(found.sentences, (1.0, 0.4), strict=True))
    (claim,) = composed(replace(found, sentences=weighed))
    assert claim.text == f"LMA3: “{KITCHEN} {COST}”"


def test_a_question_of_the_paper_is_no_quote():
    asks = "Does the heron gripper carry plates of porcelain over the lake? (Section 4.2) 3."
    says = "The heron gripper carries plates of tin over the lake without a fall."
    found = evidence(
        "Which plates does the heron gripper carry over the lake?", [hit(1, LMA3, f"{asks} {says}")]
    )
    assert [claim.citations[0].quote for claim in composed(found)] == [says]


def test_a_sentence_without_its_beginning_is_no_quote():
    torn = "carries plates of porcelain over the lake with the heron gripper."
    says = "The heron gripper carries plates of tin over the lake without a fall."
    found = evidence(
        "Which plates does the heron gripper carry over the lake?", [hit(1, LMA3, torn), hit(2, LMA3, says)]
    )
    assert [claim.citations[0].quote for claim in composed(found)] == [says]
