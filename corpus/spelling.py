"""How names are compared: without case, accents, spaces and punctuation."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

# Letters that Unicode does not decompose into a base letter and an accent.
_UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "đ": "d", "Đ": "D"})
_WORD = re.compile(r"[^\W_]+")
_SUGGESTIONS = 3


def fold(text: str) -> str:
    """The text in lower case without accents; its length may differ from the original's."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def words(text: str) -> list[str]:
    """The folded words of a text: runs of letters and digits."""
    return _WORD.findall(fold(text))


def key(text: str) -> str:
    """What two spellings of one name have in common: "Decision-Diffuser" gives "decisiondiffuser"."""
    return "".join(words(text))


def singular(word: str) -> str:
    """A folded English word without a regular plural ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def plural(word: str) -> str:
    """A folded English word with a regular plural ending."""
    if singular(word) != word:
        return word
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return word[:-1] + "ies"
    return word + "s"


def nearest(wanted: str, shown_by_key: Mapping[str, str]) -> tuple[str, ...]:
    """At most three of the shown names, the most alike to what was wanted first.

    Args:
        wanted: The name as the user typed it.
        shown_by_key: What to show for each name, under the name's `key`.
    """
    import difflib

    target = key(wanted)
    if not target:
        return ()
    alike = difflib.get_close_matches(target, shown_by_key, n=4 * _SUGGESTIONS, cutoff=0.6)
    holding = [k for k in shown_by_key if len(target) > 3 and target in k]
    return tuple(distinct(shown_by_key[k] for k in [*alike, *sorted(holding, key=len)])[:_SUGGESTIONS])


def distinct(items: Iterable[str]) -> list[str]:
    """The items in their order, each once."""
    return list(dict.fromkeys(items))


def either(choices: Iterable[str], joint: str = "or") -> str:
    """The choices as prose: "a, b or c"."""
    *first, last = choices
    return f"{', '.join(first)} {joint} {last}" if first else last
