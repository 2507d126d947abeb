import pytest

from assistant.intent import Ask, Compare, Summarise, intent
from corpus import catalogue as catalogues
from corpus.errors import WrongUse

CATALOGUE = catalogues.load()
OF_EUREKA = [("How does Eureka write reward functions?", "EUREKA searches by evolution.")]
OF_BOTH = [("How do Eureka and Text2Reward write rewards?", "Both ask a language model.")]


def meant(text, history=()):
    return intent(text, history, CATALOGUE)


@pytest.mark.parametrize(
    ("text", "approaches"),
    [
        ("compare eureka and text2reward", ("eureka", "text2reward")),
        ("Contrast GAIL with VIPER.", ("GAIL", "VIPER")),
        ("Could you compare Eureka with VIPER and LAMP, please?", None),
        ("Eureka vs Text2Reward", ("Eureka", "Text2Reward")),
        ("eureka versus VIPER vs. LAMP?", ("eureka", "VIPER", "LAMP")),
        ("How does Eureka differ from Text2Reward?", ("Eureka", "Text2Reward")),
        ("How do Eureka and Text2Reward differ?", ("Eureka", "Text2Reward")),
        ("What is the difference between diffusion policies and world models?", ("diffusion policies", "world models")),
        ("Summarise the differences between Eureka and Text2Reward", ("Eureka", "Text2Reward")),
        ("Which is better: VIPER or Eureka?", ("VIPER", "Eureka")),
        ("What do Eureka and LMA3 have in common?", ("Eureka", "LMA3")),
        ("When should I use Diffusion Policy over Decision Diffuser?", ("Diffusion Policy", "Decision Diffuser")),
        ("Compare VLM rewards and rewards from videos", ("VLM rewards", "rewards from videos")),
    ],
)  # fmt: skip
def test_the_whole_of_two_approaches_is_compared(text, approaches):
    found = meant(text)
    assert isinstance(found, Compare)
    assert found.question == ""
    if approaches:
        assert found.approaches == approaches


@pytest.mark.parametrize(
    "text",
    [
        "How do Eureka and Text2Reward differ in the way they improve a reward?",
        "which is better for sparse rewards, VIPER or Eureka?",
        "Eureka or VIPER: which is better for locomotion?",
        "Is Diffusion Policy better for grasping than Octo?",
        "Compare Eureka with VIPER in terms of cost and speed",
        "What is the difference in success rate between Octo and OpenVLA on Bridge?",
        "What is the difference between Eureka's evolutionary search and Text2Reward's human feedback?",
    ],
)
def test_what_is_asked_of_both_in_particular_goes_with_the_comparison(text):
    found = meant(text)
    assert isinstance(found, Compare)
    assert len(found.approaches) == 2
    assert found.question == text


@pytest.mark.parametrize(
    "text",
    [
        "Which model encodes language in ZeST, and which one encodes the commands in LOReL?",
        "Which sensor inputs does MWM work from, as against DayDreamer?",
        "Octo or OpenVLA: which takes force input?",
        "ROAM and SPiRL both reuse behaviours learned earlier. On a new task, what selects among them in each of the two?",
        "How does position get into the transformer of the one-shot visual imitation policy, compared with PLEX's default?",
        "How does Eureka differ from prior work?",
        "Compare the papers on world models",
        "compare eureka and eureka",
        "Which papers use world models?",
        "What is Eureka?",
        "summarize our conversation",
        "summarise it",
        "compare the two",
    ],
)
def test_any_other_question_stays_a_question(text):
    assert meant(text) == Ask()


@pytest.mark.parametrize(
    ("text", "kind", "target", "length"),
    [
        ("summarise Eureka", "paper", "ma2023eureka", "page"),
        ("Summarize eureka in one line", "paper", "ma2023eureka", "line"),
        ("tl;dr of VIPER", "paper", "escontrela2023viper", "line"),
        ("give me a short overview of reward signal", "category", "generative-tools-for-rl/task/reward-signal", "paragraph"),
        ("summarise the category diffusion policy", "category", "rl-for-generative-policies/rl-pre-training/diffusion-policy", "page"),
        ("Give me a summary of world models in a paragraph", "category", "generative-tools-for-rl/base-model/world-model", "paragraph"),
        ("summarise how diffusion models are used for reward learning", "topic", "how diffusion models are used for reward learning", "page"),
    ],
)  # fmt: skip
def test_a_summary_is_asked_for_in_plain_words(text, kind, target, length):
    found = meant(text)
    assert isinstance(found, Summarise)
    assert (found.subject.kind, found.subject.target, found.length) == (kind, target, length)


def test_what_was_spoken_of_before_is_meant_by_it_and_by_the_two():
    assert meant("compare it with VIPER", OF_EUREKA) == Compare(("paper:ma2023eureka", "VIPER"))
    assert meant("how does it differ from VIPER?", OF_EUREKA) == Compare(("paper:ma2023eureka", "VIPER"))
    both = Compare(("paper:ma2023eureka", "paper:xie2023text2reward"))
    assert meant("compare the two", OF_BOTH) == both
    found = meant("summarise this paper in a paragraph", OF_EUREKA)
    assert isinstance(found, Summarise)
    assert (found.subject.target, found.length) == ("ma2023eureka", "paragraph")


def test_an_empty_sentence_is_refused_as_a_question_is():
    with pytest.raises(WrongUse, match="empty"):
        meant("  ?! ")


def test_it_takes_no_time():
    import time

    text = "What is the difference between Eureka's search and " + "the search of other works, " * 120
    begun = time.monotonic()
    meant(text)
    assert time.monotonic() - begun < 2
