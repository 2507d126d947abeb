import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.catalogue import Catalogue, load
from corpus.naming import Mentions, derive_names, mentions
from corpus.paper import Paper


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load()


def named(text: str) -> Mentions:
    return mentions(text, load())


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("What is decision diffuser?", ["ajay2022decisiondiffuser"]),
        ("Decision-Diffuser's planner", ["ajay2022decisiondiffuser"]),
        ("DecisionDiffuser or AdaptDiffuser?", ["ajay2022decisiondiffuser", "liang2023adaptdiffuser"]),
        ("LMA3’s goals", ["colas2023lma3"]),
        ("DrEureka against Eureka", ["ma2024dreureka", "ma2023eureka"]),
        ("What does dr. eureka add?", ["ma2024dreureka"]),
        ("HD and SMs", ["chen2024hierarchicaldiffuser", "zeng2022socratic"]),
        ("hd and sms", []),
        ("IMAGINE vs HOLD", ["colas2020imagine", "alakuijala2022hold"]),
        ("Imagine that a boss puts the game on hold to clip a mat", []),
        ("DALL-E, MiniGPT 4 and v-ptr", ["ramesh2021dalle", "zhu2023minigpt4", "bhateja2023vptr"]),
        ("latent diffusion", []),
        ("Latent Diffusion", ["rombach2021ldm"]),
        ("DD-PPO on CLIP-RT", []),
        ("the paper on generative adversarial imitation learning", ["ho2016gail"]),
        ("arXiv:2310.12931v2", ["ma2023eureka"]),
        ("ma2023eureka", ["ma2023eureka"]),
        ("Does the decision matter? Diffuser helps.", ["janner2022diffuser"]),
    ],
)
def test_papers_are_recognised_by_name(question: str, papers: list[str]) -> None:
    assert list(named(question).paper_ids) == papers


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("Why do Janson et al. use lattices?", ["janson2015deterministic"]),
        ("do Janson, Ichter and Pavone rotate", ["janson2015deterministic"]),
        ("Janson et al. 2015", ["janson2015deterministic"]),
        ("Janson et al. (2012)", []),
        ("Ho and Ermon's proof", ["ho2016gail"]),
        ("Ho et al., 2020", []),
        ("Ho et al.", []),
        ("What do Wolczyk and colleagues find?", ["wolczyk2024forgetting"]),
        ("Di Palo et al.", ["dipalo2023unified"]),
        ("Chen et al.", []),
        ("Chen et al. 2021", ["chen2021dvd"]),
    ],
)
def test_papers_are_recognised_by_authors(question: str, papers: list[str]) -> None:
    assert list(named(question).paper_ids) == papers


def test_a_surname_that_several_papers_share_is_only_a_hint() -> None:
    found = named("Chen et al. 2023").papers
    assert len(found) > 1
    assert all(mention.ambiguous and not mention.strong for mention in found)


@pytest.mark.parametrize(
    ("question", "likely"),
    [
        ("What horizon does Diffusion Policy use?", "paper"),
        ("How are diffusion policies trained?", "category"),
        ("World Models by Ha", "paper"),
        ("What are world models good for?", "category"),
        ("Which papers build a World Model?", "category"),
        ("a diffusion policy", None),
    ],
)
def test_names_of_both_a_paper_and_a_category_are_returned_as_both(question: str, likely: str | None) -> None:
    found = named(question)
    (paper,), (category,) = found.papers, found.categories
    assert paper.ambiguous
    assert category.ambiguous
    assert (paper.strong, category.strong) == (likely == "paper", likely == "category")


@pytest.mark.parametrize(
    ("question", "slugs"),
    [
        ("Which papers use LLMs?", ["generative-tools-for-rl/base-model/llm"]),
        ("an LLM's score", []),
        ("VLM papers", ["generative-tools-for-rl/base-model/vlm"]),
        ("LLMs for planning", ["generative-tools-for-rl/task/planning-exploration/llm-planning"]),
        ("vlm rewards", ["generative-tools-for-rl/task/reward-signal/vlm"]),
        ("reward signals", ["generative-tools-for-rl/task/reward-signal"]),
        ("State Representation", ["generative-tools-for-rl/task/state-representation"]),
        ("generative-tools-for-rl/task/reward-signal", ["generative-tools-for-rl/task/reward-signal"]),
    ],
)
def test_categories_are_recognised(question: str, slugs: list[str]) -> None:
    assert list(named(question).category_slugs) == slugs


@pytest.mark.parametrize(
    "question",
    [
        "Which task has which input and output?",
        "planning with diffusion",
        "the model architecture",
        "fine-tuning a language model",
        "exploration and distillation",
    ],
)
def test_plain_words_are_hints_and_never_narrow_a_search(question: str) -> None:
    found = named(question)
    assert found.categories
    assert found.category_slugs == ()


def test_the_longest_name_wins() -> None:
    (only,) = named("Multi-View Masked World Models").papers
    assert only.target == "seo2023mvmwm"


def test_offsets_point_at_the_words_of_the_question() -> None:
    text = "Könnte Wołczyk et al. mit Decision-Diffuser’s Plänen?"
    found = named(text).papers
    assert [text[m.start : m.end] for m in found] == ["Wołczyk et al.", "Decision-Diffuser"]
    assert all(m.text == text[m.start : m.end] for m in found)


def test_own_papers_are_named_by_what_their_title_gives(catalogue: Catalogue) -> None:
    plas = Paper(id="own-plas", title="PLAS: Latent Action Space for Offline Reinforcement Learning")
    roam = Paper(id="own-roam", title="Adapt On-the-Go", aliases=("ROAM",))
    grown = catalogue.with_papers([plas, roam])
    assert mentions("In PLAS's experiment, and ROAM's", grown).paper_ids == ("own-plas", "own-roam")
    assert mentions("robots that roam", grown).paper_ids == ()


@pytest.mark.parametrize(
    ("title", "text", "names"),
    [
        ("PLAS: Latent Action Space for Offline RL", "", ("PLAS",)),
        ("Latent Space Safe Sets (LS3) for Control", "", ("LS3",)),
        ("Adapting", "We propose Latent Space Safe Sets (LS3), a method.", ("LS3", "Latent Space Safe Sets")),
        ("Adapting", "This is a method which we call FooNet, built on sand.", ("FooNet",)),
        ("Adapting", "Our model, called RPT, is a Transformer.", ("RPT",)),
        ("Foundation Models in Robotics: A Survey", "", ()),
        ("Can it work? A study: of things", "", ()),
        ("Adapting", "Another approach called SMILe (Ross and Bagnell, 2010) is similar.", ()),
        ("Adapting", "We compare with Soft Actor-Critic (SAC) and large language models (LLMs).", ()),
        ("Adapting", "We propose a method that extends Batch Constrained Learning (BCQL).", ()),
        (
            "Adapting",
            "We introduce a language model agent (LMA3) that sets goals.",
            ("LMA3", "language model agent"),
        ),
        ("", "", ()),
    ],
)
def test_names_are_derived_from_title_and_first_words(title: str, text: str, names: tuple[str, ...]) -> None:
    assert derive_names(title, text) == names


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    found = named(text)
    for mention in (*found.papers, *found.categories):
        assert text[mention.start : mention.end] == mention.text
    derive_names(text[:80], text)


def test_a_question_takes_little_time_and_a_huge_one_does_not_hang() -> None:
    question = "How do Decision Diffuser and the LLM planners of Ahn et al. differ in rewards, planning and world models?"
    named(question)
    start = time.perf_counter()
    for _ in range(20):
        named(question)
    assert (time.perf_counter() - start) / 20 < 0.01
    start = time.perf_counter()
    for unit in ("Octo, ", "Chen et al. and ", "a, ", "("):
        named(unit * (100_000 // len(unit)))
    assert time.perf_counter() - start < 30
