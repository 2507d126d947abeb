"""What a paper is called: the case of its title, and its method's names in the title and the first words of its text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from corpus.plain_words import COMMON_ACRONYMS, FIELD_WORDS
from corpus.spelling import distinct, key, words

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD_WORDS = 6  # a longer part before the colon is a statement, not a name
_TEXT_READ = 8000  # characters: an abstract and the introduction's start
_LONG_FORM_WORDS = 8

_THING = r"(?:method|approach|algorithm|framework|system|model|agent|architecture|technique|work|policy|dataset|benchmark)"
_NAME = r"[\"“'‘]?(?P<name>[A-Za-z][\w\-+*]{1,14})(?<!-)\b"
_IN_PARENTHESES = re.compile(r"\(([A-Za-z][\w\-+*]{1,14})\)")
# The authors' own words for "this is ours"; a name or a long form follows.
_OURS = re.compile(
    r"\bwhich we (?:call|name|term|dub|refer to as)\s+"
    r"|\b[Ww]e (?:call|name|term|dub|refer to) (?:it|this|our|the)(?: (?!as\b)[a-z-]+){0,4}?(?: as)? (?=[A-Z])"
    rf"|\b[Oo]ur (?:[a-z-]+ ){{0,3}}?{_THING}(?:,? (?:is )?(?:called|named|termed|dubbed|coined)|,|:) "
    rf"|\b(?:[Ww]e|paper|work) (?:\w+ly |also |then )?(?:propose|introduce|present|develop)s? (?:[\w-]+ ){{0,12}}?{_THING},? "
    r"(?:called|named|termed|dubbed|coined) "
    rf"|\b{_THING}, (?:called|named|termed|dubbed|coined) "
    r"|\b(?:[Ww]e|paper|work) (?:\w+ly |also |then )?(?:propose|introduce|present|develop)s? (?:(?:an?|the) )?"
)
_OURS_BEFORE = re.compile(rf"\b[Oo]ur {_NAME} {_THING}s?\b")
_NAMED = re.compile(_NAME)
# What follows another's work ("(Ross, 2010)", "[7]") or makes the word an adjective ("FOO agents").
_NOT_OURS = re.compile(
    r"\s*(?:\[\d|\([A-Z][\w-]+[^()]*\d{4})|\s+(?:\w+ )?(?:agents|policies|algorithms|variants|models)\b"
)
_PLAIN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<=[a-z\d)])[.!?]\s+(?=[A-Z])")
# A word broken at a line's end, as PDF readers mark it.
_BROKEN_WORD = re.compile(r"-\n(?=[a-z])|[\u00ad\ufffe\x02]\s*")

# Set small inside a title by every style guide.
_SMALL = frozenset("a an and as at but by for from in into is nor of on or over the to via with".split())


def in_title_case(title: str, text: Callable[[], str]) -> str:
    """A title printed in capitals as it would be written otherwise; any other title as it is.

    Args:
        title: As printed.
        text: What the paper says, where its words are looked up: what it always writes in capitals ("LLM", the name
            of its method) keeps them.
    """
    capitals = re.findall(r"[^\W\d_]{2,}", title)
    if len(capitals) < 2 or not title.isupper():  # one word alone is a name
        return title
    spelt: dict[str, Counter[str]] = {}
    for word in _PLAIN.findall(text()):
        spelt.setdefault(word.lower(), Counter())[word] += 1

    def shown(match: re.Match[str]) -> str:
        word = match[0]
        forms = spelt.get(word.lower(), Counter())
        others = [
            (count, form)
            for form, count in forms.items()
            if form not in (word, word.lower(), word.capitalize())
        ]
        plain = forms[word.lower()] + forms[word.capitalize()]
        if forms[word] > 2 * plain + 1:  # once is the title itself
            return word
        if others and max(others)[0] > plain:
            return max(others)[1]
        before, behind = title[: match.start()].rstrip(), title[match.end() : match.end() + 1]
        opens = not before or before.endswith((":", "?", ".")) or (behind == "-" and before[-1] != "-")
        return word.lower() if word.lower() in _SMALL and not opens else word.capitalize()

    return _PLAIN.sub(shown, title)


def derive_names(title: str, text: str = "") -> tuple[str, ...]:
    """The names that a paper goes by besides its title, the surest first; often none.

    Conservative, because a wrong name makes questions land on the wrong paper: a name comes from the title's
    part before a colon ("PLAS: Latent Action Space..."), from an acronym in parentheses there, or from a
    sentence in which the authors name what they propose ("... which we call Foo", "we propose Latent Space Safe
    Sets (LS3)").

    Args:
        title: The paper's title.
        text: Its abstract or first page, if at hand.
    """
    title = " ".join(unicodedata.normalize("NFKC", title).split())
    found = [*_of_title(title), *_of_text(text, title)]
    first_spelling = {key(name): name for name in reversed(found) if key(name) != key(title)}
    return tuple(first_spelling[k] for k in distinct(map(key, found)) if k in first_spelling)


def _of_title(title: str) -> list[str]:
    names = []
    head, colon, _ = title.partition(": ")
    in_head = words(head)
    if colon and 1 <= len(in_head) <= _HEAD_WORDS and "?" not in head:
        plain = FIELD_WORDS.issuperset(in_head)
        if len(key(head)) > 1 and (not plain or _name_like(head)):
            names.append(_IN_PARENTHESES.sub("", head).strip())
    names += [match[1] for match in _IN_PARENTHESES.finditer(title) if _name_like(match[1])]
    return names


def _of_text(text: str, title: str) -> list[str]:
    start = _BROKEN_WORD.sub("", unicodedata.normalize("NFKC", text[:_TEXT_READ]))
    for sentence in _SENTENCE_END.split(" ".join(start.split())):
        names = _spelt_out(sentence, title) or _called(sentence)
        if names:
            return names
    return []


def _spelt_out(sentence: str, title: str) -> list[str]:
    """An acronym behind its long form, where the authors call it theirs or the title holds the long form."""
    for match in _IN_PARENTHESES.finditer(sentence):
        long_form = _long_form(sentence[: match.start()], match[1])
        if not long_form or not _name_like(match[1]):
            continue
        before = sentence[: match.start()].rstrip()[: -len(long_form)]
        ours = any(m.end() >= len(before.rstrip()) for m in _OURS.finditer(before))
        if ours or (not _of_title(title) and key(long_form) in key(title)):
            return [match[1], long_form]
    return []


def _called(sentence: str) -> list[str]:
    """The name right behind the authors' own words for what is theirs."""
    behind = [_NAMED.match(sentence, match.end()) for match in _OURS.finditer(sentence)]
    for there in [*behind, *_OURS_BEFORE.finditer(sentence)]:
        if there and _name_like(there["name"]) and not _NOT_OURS.match(sentence, there.end("name")):
            return [there["name"]]
    return []


def _long_form(before: str, acronym: str) -> str:
    """The words at the end of a text that spell an acronym, or nothing."""
    letters = [c for c in acronym.lower() if c.isalpha()]
    spelt = before.rstrip().split(" ")[-_LONG_FORM_WORDS:]
    for n in range(len(spelt), 0, -1):
        phrase = " ".join(spelt[-n:])
        pieces = re.findall(r"[^\W_]+", phrase.lower())
        if (
            not pieces
            or pieces[0][0] != letters[0]
            or re.search(r"[,;:()]", phrase)
            or not (1 < len(pieces) <= 2 * len(acronym))
        ):
            continue
        if _spells(letters, pieces):
            return phrase
    return ""


def _spells(letters: list[str], pieces: list[str]) -> bool:
    """Whether the letters occur in the words in order, most of the words giving their first."""
    joined = "".join(pieces)
    at = -1
    for letter in letters:
        at = joined.find(letter, at + 1)
        if at < 0:
            return False
    initials = [piece[0] for piece in pieces]
    return 2 * sum(letter in initials for letter in letters) >= len(letters) and len(pieces) <= 2 * len(
        letters
    )


def _name_like(word: str) -> bool:
    """Whether a word's own spelling marks it as a name: two capitals, or a digit among letters."""
    capitals = sum(c.isupper() for c in word)
    return word.upper() not in COMMON_ACRONYMS and (
        (capitals >= 2 and " " not in word) or (any(c.isdigit() for c in word) and word[0].isupper())
    )
