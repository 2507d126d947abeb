from assistant.subjects import other_subject
from assistant.support import check

CLONING = (
    "Behavioral cloning was able to reach satisfactory performance with enough data on HalfCheetah and Ant."
)
DREAMER = "Dreamer [15, 21] is a visual model-based RL method that learns world models from pixels."


def test_what_is_said_other_subject_method_is_not_the_papers() -> None:
    said = "GAIL was able to reach satisfactory performance with enough data on HalfCheetah and Ant."
    assert other_subject(said, [CLONING], ["GAIL"]) == "Behavioral cloning"
    assert check(said, CLONING, ["GAIL"]).why == "the passage says it of Behavioral cloning"
    said = "MWM is a visual model-based RL method that learns world models from pixels."
    assert other_subject(said, [DREAMER], ["MWM"])


def test_what_names_the_other_or_has_the_paper_as_its_subject_is_kept() -> None:
    assert not other_subject(
        "Dreamer is a method that learns world models from pixels.", [DREAMER], ["DayDreamer", "Dreamer"]
    )
    assert not other_subject("MWM builds on Dreamer, a visual RL method on pixels.", [DREAMER], ["MWM"])
    assert not other_subject(
        "Octo is a transformer policy.", ["We present Octo, a transformer policy."], ["Octo"]
    )
    assert not other_subject(
        "EUREKA outperforms human experts on 83% of the tasks.",
        ["In a suite of 29 environments, EUREKA outperforms human experts on 83% of the tasks."], ["EUREKA"],
    )  # fmt: skip
