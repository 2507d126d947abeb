from assistant.subjects import of_another

CLONING = (
    "Behavioral cloning was able to reach satisfactory performance with enough data on HalfCheetah and Ant."
)
DREAMER = "Dreamer [15, 21] is a visual model-based RL method that learns world models from pixels."


def test_what_is_said_of_another_method_is_not_the_papers() -> None:
    said = "GAIL was able to reach satisfactory performance with enough data on HalfCheetah and Ant."
    assert of_another(said, [CLONING], ["GAIL"])
    said = "MWM is a visual model-based RL method that learns world models from pixels."
    assert of_another(said, [DREAMER], ["MWM"])


def test_what_names_the_other_or_has_the_paper_as_its_subject_is_kept() -> None:
    assert not of_another(
        "Dreamer is a method that learns world models from pixels.", [DREAMER], ["DayDreamer", "Dreamer"]
    )
    assert not of_another("MWM builds on Dreamer, a visual RL method on pixels.", [DREAMER], ["MWM"])
    assert not of_another(
        "Octo is a transformer policy.", ["We present Octo, a transformer policy."], ["Octo"]
    )
    assert not of_another(
        "EUREKA outperforms human experts on 83% of the tasks.",
        ["In a suite of 29 environments, EUREKA outperforms human experts on 83% of the tasks."], ["EUREKA"],
    )  # fmt: skip
