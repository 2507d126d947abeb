"""A grammar that makes the embedded model end each sentence with the number of the evidence it rests on.

Left to itself a small model marks few of its sentences, and puts the marker anywhere. The grammar leaves every
word free and binds only the frame: one to three sentences on one line, each closed by a full stop and a marker.
The difficulty is the full stop, which also stands inside "0.25", "gpt-3.5-turbo" and "et al.": inside a word it is
followed by a small letter, a digit or a closing sign, and by a space only after a common abbreviation. Anywhere
else it ends the sentence, and the marker is due. Anything looser, and the model runs on behind the full stop.
"""

from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 90
"""Words in a sentence. It ends a model that runs on; the longest useful sentence seen had 65."""

# No "|", because the model's control tokens are spelt "<|...|>": with it they fit the grammar, and are written
# without end and without being seen. Square brackets hold only what is no marker, an interval such as "[0, 3]".
_WORDS: Final = r"""
start ::= (short "." " ")* [A-Za-z0-9"(] rest*
more ::= " " "("? (short "." " ")* word
short ::= "al" | "e.g" | "i.e" | "cf" | "vs" | "approx" | "resp" | "Fig" | "Figs" | "Eq" | "Sec" | "App" | "Tab"
word ::= ([^ \t\r\n.|\[\]] | "." [0-9] | interval) rest*
rest ::= [^ \t\r\n.|\[\]] | "." [a-z0-9,;:)%] | interval
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
    choice = " | ".join(f'"[{number}]"' for number in numbers)
    return (
        f'root ::= sentence (" " sentence){{0,{max_sentences - 1}}}\n'
        f'sentence ::= start more{{0,{_LONGEST - 1}}} ("." " " mark | " " mark ".")\n'
        f"mark ::= ({choice}) ({choice})?"
        f"{_WORDS}"
    )
