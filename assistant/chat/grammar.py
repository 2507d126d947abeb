"""A grammar that makes the embedded model end each sentence with the number of the evidence it rests on.

Left to itself a small model marks few of its sentences, and puts the marker anywhere. The grammar leaves every
word free and binds only the frame: one to three sentences on one line, each closed by a full stop and a marker.
The difficulty is the full stop, which also stands inside "0.25", "gpt-3.5-turbo" and "et al.": inside a word it is
followed by a small letter, a digit or a closing sign, and by a space only after a common abbreviation. Anywhere
else it ends the sentence, and the marker is due. Anything looser, and the model runs on behind the full stop.
"""

from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 60
"""Words in a sentence. It ends a model that runs on; useful sentences seen had up to 65, good ones under 50."""

# No "|", because the model's control tokens are spelt "<|...|>": with it they fit the grammar, and are written
# without end and without being seen. Nor any East Asian script: where it may not yet end a sentence the model drifts
# into Chinese. A word has an end, or a model that may not close its sentence spells one for ever. Square brackets hold only what is no marker, an interval such as "[0, 3]".
_WORDS: Final = r"""
start ::= (short "." " ")* [A-Z0-9"(] rest{0,31}
more ::= " " "("? (short "." " ")* word
short ::= "al" | "e.g" | "i.e" | "cf" | "vs" | "approx" | "resp" | "Fig" | "Figs" | "Eq" | "Sec" | "App" | "Tab"
word ::= ([^ \t\r\n.|\[\]\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF] | "." [0-9] | interval) rest{0,31}
rest ::= [^ \t\r\n.|\[\]\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF] | "." [a-z0-9,;:)%] | interval
interval ::= "[" number "," " "? number "]"
number ::= [-−–]? [0-9]+ ("." [0-9]+)?
"""


def marked_sentences_grammar(numbers: Sequence[int], max_sentences: int = 3) -> str:
    """A GBNF grammar for one to `max_sentences` sentences, each ending in ". [n]" or " [n]." (or two markers).

    Args:
        numbers: The evidence numbers that may be cited; any other cannot be written.
        max_sentences: The most sentences.

    Raises:
        ValueError: No numbers, or no sentences.
    """
    if not numbers or max_sentences < 1:
        raise ValueError("a grammar needs at least one evidence number and one sentence")
    return (
        f'root ::= sentence (" " sentence){{0,{max_sentences - 1}}}\n'
        f"sentence ::= start more{{0,{_LONGEST - 1}}} {_closed('mark')}\n"
        f"mark ::= {_marks(numbers)}"
        f"{_WORDS}"
    )


def named_sentences_grammar(name: str, numbers: Sequence[int], max_sentences: int = 2) -> str:
    """As `marked_sentences_grammar`, with a first sentence that begins with the name of the work it is about.

    Args:
        name: What the work is called.
        numbers: Its evidence numbers.
        max_sentences: The most sentences.

    Raises:
        ValueError: No numbers, or no sentences.
    """
    plain = marked_sentences_grammar(numbers, max_sentences)
    said = f'named ::= "{_quoted(name)}" "\'s"? more{{2,{_LONGEST - 1}}} {_closed("mark")}\n'
    return plain.replace("root ::= sentence", "root ::= named", 1).replace(
        "sentence ::=", f"{said}sentence ::=", 1
    )


def choice_grammar(names: Sequence[str]) -> str:
    """A grammar that lets the model say one of the names and nothing else.

    Raises:
        ValueError: No names.
    """
    if not names:
        raise ValueError("a choice needs at least one name")
    return "root ::= " + " | ".join(f'"{_quoted(name)}"' for name in names)


def _closed(mark: str) -> str:
    return f'("." " " {mark} | " " {mark} ".")'


def _marks(numbers: Sequence[int]) -> str:
    choice = " | ".join(f'"[{number}]"' for number in numbers)
    return f"({choice}) ({choice})?"


def _quoted(name: str) -> str:
    """A name as a GBNF string holds it; what a sentence may not hold, such as a bracket, is left out."""
    plain = " ".join("".join(c if c.isprintable() and c not in "[]|" else " " for c in name).split())
    return plain.replace("\\", "\\\\").replace('"', '\\"')
