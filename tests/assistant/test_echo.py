from assistant.echo import echoes
from assistant.prompting import prompt

EXAMPLE = prompt("summary_embedded").strip().splitlines()[-1]
EVIDENCE = (
    "EUREKA: Existing attempts learn only simple skills, leaving a gap in achieving human-level dexterity."
)


def test_what_only_the_example_says_is_no_sentence_on_the_paper() -> None:
    assert echoes("EUREKA reaches human-level dexterity on moving boats.", EXAMPLE, EVIDENCE)
    assert echoes("HoverNet learns to land on moving boats with a world model.", EXAMPLE, EVIDENCE)


def test_words_that_the_example_shares_with_the_evidence_are_the_papers() -> None:
    said = "Dreamer learns to walk with a world model and is trained by PPO."
    assert not echoes(said, EXAMPLE, "Dreamer learns to walk with a world model; it is trained by PPO.")
    assert not echoes("EUREKA leaves a gap in achieving human-level dexterity.", EXAMPLE, EVIDENCE)
