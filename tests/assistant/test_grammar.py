import re

import pytest

from assistant.chat.grammar import choice_grammar, marked_sentences_grammar, named_sentences_grammar


def as_regex(grammar):
    """The same language as a regular expression: the grammar must not be recursive."""
    rules = dict(line.split(" ::= ", 1) for line in grammar.strip().splitlines())
    token = re.compile(r'"((?:[^"\\]|\\.)*)"|(\[(?:[^\]\\]|\\.)*\])|([a-z]+)|(\{[\d,]+\}|[()|?*+])|\s+')

    def built(name):
        out, text, at = "", rules[name], 0
        while at < len(text):
            match = token.match(text, at)
            assert match, f"{name}: {text[at:]}"
            literal, chars, rule, other = match.groups()
            if literal is not None:
                out += f"(?:{re.escape(literal.replace(chr(92) + chr(34), chr(34)))})"
            elif rule:
                out += f"(?:{built(rule)})"
            else:
                out += chars or ("(?:" if other == "(" else other or "")
            at = match.end()
        return out

    return re.compile(built("root"))


def accepts(text, numbers=(1, 2, 3), most=3):
    return bool(as_regex(marked_sentences_grammar(numbers, most)).fullmatch(text))


@pytest.mark.parametrize(
    "text",
    [
        "LMA3 costs about USD 240. [1]",
        "LMA3 costs about USD 240 [1].",
        "The probability is 0.25. [2]",
        "Ho et al. propose gpt-3.5-turbo with p = .05 (i.e. Fig. 3). [3]",
        "Scores lie in [0, 3] or [-1.5, 1]. [1]",
        "It took 14 hours. [1] It ran on a TPU v4-128 pod. [2] It holds 93M parameters. [3]",
        "As in Fig. 3 (cf. Sec. 2, see Lee et al.), it is better vs. PPO. [1]",
        "Both say so. [1][3]",
        "The angle is 10π degrees – “far from zero”. [1]",
    ],
)
def test_sentences_of_papers_fit(text):
    assert accepts(text)


@pytest.mark.parametrize(
    "text",
    [
        "It costs USD 240.",
        "[1]",
        "[1] It costs USD 240.",
        "It costs USD 240. [4]",
        "It costs USD 240. It runs. [1]",
        "It has 4 legs. 1. 4 legs are common. [1]",
        "It costs USD 240. and it runs. [1]",
        "It costs [2] USD 240. [1]",
        "One. [1] Two. [1] Three. [1] Four. [1]",
        "One. [1]\nTwo. [1]",
        "It runs.<|fim_middle|> [1]",
        "- It runs. [1]",
    ],
)
def test_what_is_unmarked_misplaced_or_too_long_does_not_fit(text):
    assert not accepts(text)


def test_a_sentence_cannot_run_on():
    assert accepts(" ".join(["Word"] * 60) + ". [1]")
    assert not accepts(" ".join(["Word"] * 61) + ". [1]")


def test_the_model_cannot_drift_into_another_script():
    assert "\\u2E80-\\u9FFF" in marked_sentences_grammar([1])  # by eye: matching it here would take for ever
    assert accepts("It runs at 10π – “naïve” π₀. [1]")


def test_a_word_cannot_be_spelt_for_ever():
    assert accepts("It runs at 0.25 of gpt-3.5-turbo-16k-0613. [1]")
    assert not accepts("It runs. zen" + "ix.zen" * 12 + ". [1]")


def test_the_first_sentence_begins_with_the_work_it_is_about():
    language = as_regex(named_sentences_grammar('The "Octo" | work', (4,)))
    assert language.fullmatch('The "Octo" work drives two arms. [4]')
    assert language.fullmatch('The "Octo" work\'s policy drives two arms. [4] It is open. [4]')
    assert not language.fullmatch("Eureka drives two arms. [4]")
    assert not language.fullmatch('The "Octo" work drives two arms. [1]')


def test_a_choice_is_one_of_the_names():
    language = as_regex(choice_grammar(["Octo", "Eureka"]))
    assert language.fullmatch("Octo")
    assert not language.fullmatch("Octo and Eureka")


def test_only_the_given_numbers_can_be_cited():
    assert accepts("It runs. [12]", numbers=(7, 12))
    assert not accepts("It runs. [1]", numbers=(7, 12))
    assert not accepts("One. [7] Two. [7]", numbers=(7,), most=1)


def test_a_grammar_without_evidence_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        marked_sentences_grammar([])
