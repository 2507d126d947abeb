import pytest

from assistant.aspects.readability import led_in
from assistant.quotable import pieces


def parted(text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in pieces(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Limitations While Dreamer shows promise, hardware wears.", "While Dreamer shows promise, hardware wears."),
        ("2D Maze We further evaluate it on Minigrid.", "We further evaluate it on Minigrid."),
        ("2For models & code, see https://octo-models.github.io", "For models & code, see https://octo-models.github.io"),
        ("Dreamer Dreamer [15] is a model-based method.", "Dreamer [15] is a model-based method."),
        ("Implementation details. Following prior work we use PPO.", "Following prior work we use PPO."),
        ("(2) In this paper, we use a transformer.", "In this paper, we use a transformer."),
        ("Grounded Decoding jointly decodes two models.", "Grounded Decoding jointly decodes two models."),
        ("Training the policy takes two hours.", "Training the policy takes two hours."),
    ],
)  # fmt: skip
def test_what_ran_into_a_sentence_is_left_out(text: str, read: str) -> None:
    assert parted(text)[-1] == read


def test_the_heading_that_ran_in_is_kept_apart() -> None:
    assert next(pieces("Limitation Despite the results, much is open.", 0, 45)).heading == "Limitation"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("We contribute the following: • We introduce CDRB. • We test it.",
         ["We contribute the following:", "We introduce CDRB.", "We test it."]),
        ("We report results in Table 1. We find that finetuning helps.",
         ["We report results in Table 1.", "We find that finetuning helps."]),
        ("Loaders compatible with JAX pipelines We provide a simple example.",
         ["Loaders compatible with JAX pipelines", "We provide a simple example."]),
        ("As Fig. 5 shows, both methods work.", ["As Fig. 5 shows, both methods work."]),
    ],
)  # fmt: skip
def test_two_sentences_taken_for_one_are_parted(text: str, read: list[str]) -> None:
    assert parted(text) == read


LED = "Language models plan well on a high level of abstraction. However, harnessing them for control remains open."


def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it() -> None:
    start = LED.index("However")
    assert led_in(LED, start, len(LED)) == 0
    assert led_in(LED, start, len(LED), longest=60) == start
    plain = LED.replace("harnessing them", "harnessing language models")
    assert led_in(plain, plain.index("However"), len(plain)) == plain.index("However")
