"""The name that a paper gives to what it proposes, told from its whole text.

A paper mentions its own work often and never cites it; another's is cited where it is first named. So a name is
what is written like one, is mentioned several times, never stands before a citation, and is claimed at least once:
by "we call it", "(ours)", the address of its project's page, or by the first letters of the title's words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from corpus.plain_words import COMMON_ACRONYMS
from corpus.spelling import distinct, key, words
from corpus.titles import derive_names

if TYPE_CHECKING:
    from corpus.document import Document

READ = ("title", "byline", "heading", "paragraph", "item", "caption", "algorithm", "footnote")
LEAST = 4  # mentions: a name that is read less often names no method
LONGEST = 24  # letters of a name
CITED = 0.05  # of a name's mentions before a citation, from which it is another's
RIVAL = 0.34  # of the most mentioned own name: below it, another one is a part or a variant
FIRST_PAGES = 2  # on which a paper names what it proposes, and its project's page
MOST_READ = 400_000  # characters

_NAME = re.compile(r"(?<![\w@/.-])[A-Z][\w+*]*(?:-[A-Z\d][\w+*]*)*(?![\w@/]|-[a-z])")
_PHRASE = re.compile(r"(?<![\w@/.-])[A-Z][\w-]+(?: [A-Z][\w-]+){1,3}(?![\w@/])")
_CITATION = re.compile(
    r"\s*(?:\[\d|\((?:e\.g\.,? |cf\. )?[A-Z][\w'’-]+[^()]{0,60}\d{4}|[A-Z]?[a-z]+ et al)"
    r"|(?:,? (?:and|&) [A-Z][\w-]+| et al\.?)?,? \(?(?:19|20)\d\d"  # an author
)
_BEFORE = 90  # characters
_BETWEEN = (
    r"(?:,? (?!in |on |for |to |with |from |of |that |using |by |than |as |where |which )[a-z][\w-]*){0,5}"
)
_LONG_FORM = r"(?:(?:[A-Z]|[a-z]+-)[\w-]*(?: (?:and|of|for|with|in|the|on|to)(?= ))? ){1,8}\("
_CALLED = re.compile(
    r"\b(?:[Ww]e|which|method|approach|algorithm|framework|system|model|agent|architecture|technique|policy|dataset|"
    r"benchmark)(?:,? (?:is|we|also|will|then|hence|henceforth|thus))* "
    r"(?:(?:call(?:ed)?|named?|term(?:ed)?|dub(?:bed)?|coin(?:ed)?)(?: [a-z][a-z-]+){0,6}"
    r"|refer(?:red)? to(?: [a-z][a-z-]+){0,9} as(?: the)?) ?[\"“‘'(]*"
    rf"(?:{_LONG_FORM})?$"
)
_JUST_CALLED = re.compile(
    r"(?<!so-)(?<!also )(?<!often )(?<!commonly )(?<!usually )(?<!sometimes )\b(?:called|named|dubbed|termed) $"
)
_PROPOSED = re.compile(
    rf"\b(?:[Ww]e|paper|work|article)(?: [a-z]+){{0,2}} (?:propose|introduce|present|develop|describe)s?"
    rf"{_BETWEEN},? ?[\"“‘'(:]*(?:{_LONG_FORM})?$"
)
_OURS_BEHIND = re.compile(r"\s*\(\s*ours?\b", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)?((?:[\w-]+\.)+[a-z]{2,}(?:/[\w~.-]+)*)")
_BROKEN_WORD = re.compile(r"-\n(?=[a-z])|[\u00ad\ufffe\x02]\s*")
_NUMBERED = re.compile(r"[A-Z][a-z]?\d+|[A-Z][a-z]+\d+|[IVXLC]+")  # "T0", "Eq3", "III": no names


def own_names(document: Document, title: str) -> tuple[str, ...]:
    """The names that a paper goes by besides its title, the one it uses most first; often none.

    Args:
        document: As read.
        title: Its title.
    """
    text = own_words(document)
    claimed = derive_names(title, document.pages[0].text[:4_000] if document.pages else "")
    opening = own_words(document, FIRST_PAGES)
    mentions, cited = _mentions(text)
    claims = _claims(text, mentions) | _algorithms(document)
    address = _addresses(document)
    initials = _initials(title)
    found: list[tuple[int, str]] = []
    for name, count in mentions.items():
        if count < LEAST or cited[name] > CITED * count:
            continue
        folded = key(name)
        said = name in claims
        of_address = len(folded) > 3 and _name_like(name) and any(part.startswith(folded) for part in address)
        spelt = len(folded) > 2 and folded in initials
        if said or spelt or of_address:
            found.append((count, name))
    found = [entry for entry in found if entry[1] in opening] or found
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    top = found[0][0] if found else 0
    most = [name for count, name in found if count >= max(LEAST, RIVAL * top)][:2]
    most = [*most[:1], *(name for name in most[1:] if " " in name or _name_like(name))]
    theirs = {name for name in cited if cited[name] > CITED * mentions[name]} - set(derive_names(title))
    stated = sorted((name for name in claimed if name not in theirs), key=lambda name: not _name_like(name))
    titled = [name for name in derive_names(title)[:1] if " " not in name]  # "Octo: An Open-Source …"
    return tuple(distinct(name for name in (*titled, *most, *stated) if key(name) != key(title)))


def own_words(document: Document, pages: int | None = None) -> str:
    """The paper's own words, without lists of references, tables and what is printed around the pages."""
    parts: list[str] = []
    for page in document.pages[:pages]:
        if page.blocks:
            parts += (page.text_of(block) for block in page.blocks if block.kind in READ)
        else:
            parts.append(page.text)
    joined = "\n\n".join(parts)[:MOST_READ]
    return " ".join(_BROKEN_WORD.sub("", unicodedata.normalize("NFKC", joined)).split())


def _name_like(word: str) -> bool:
    """Whether a word's spelling marks it as a name: two capitals, or a digit behind letters."""
    if word.upper() in COMMON_ACRONYMS or not 1 < len(word) <= LONGEST or _NUMBERED.fullmatch(word):
        return False
    return sum(sign.isupper() for sign in word) > 1 or any(sign.isdigit() for sign in word)


def _mentions(text: str) -> tuple[Counter[str], Counter[str]]:
    """How often each word or phrase that can be a name is said, and how often before a citation.

    A word that the text has in small letters too is none: it opened a sentence or a heading.
    """
    small = set(re.findall(r"(?<![\w/.@-])[a-z]+(?![\w/@-]|\.\w)", text))
    said: Counter[str] = Counter()
    cited: Counter[str] = Counter()
    for match in (*_NAME.finditer(text), *_PHRASE.finditer(text)):
        name = match[0]
        if " " not in name and not _name_like(name) and (name.isupper() or name.lower() in small):
            continue
        if _is_part(text, match, name):
            continue
        said[name] += 1
        if _CITATION.match(text, match.end()):
            cited[name] += 1
    return said, cited


def _claims(text: str, mentions: Counter[str]) -> set[str]:
    """The names of which the authors say that they are theirs."""
    claims: set[str] = set()
    for match in (*_NAME.finditer(text), *_PHRASE.finditer(text)):
        name = match[0]
        if mentions[name] < LEAST or name in claims or _is_part(text, match, name):
            continue
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        proposed = " " not in name and _PROPOSED.search(before)
        called = _CALLED.search(before) or _JUST_CALLED.search(before)
        if proposed or called or _OURS_BEHIND.match(text, match.end()):
            claims.add(name)
    return claims


def _is_part(text: str, match: re.Match[str], name: str) -> bool:
    """Whether a capitalised word stands among others: it is a part of what they name."""
    if " " in name or _name_like(name):
        return False
    return bool(re.match(r" [A-Z]", text[match.end() :][:2])) or bool(
        re.search(r"[A-Z][\w-]* $", text[: match.start()][-40:])
    )


def _algorithms(document: Document) -> set[str]:
    """The names in the captions of algorithms: a paper writes out its own."""
    captions = (
        page.text_of(block)
        for page in document.pages
        for block in page.blocks
        if block.kind == "caption" and block.label == "Algorithm"
    )
    return {match[0] for text in captions for match in _NAME.finditer(text) if _name_like(match[0])}


def _addresses(document: Document) -> list[str]:
    """The parts of the addresses on the first pages: a project's page is called as the method is."""
    parts: list[str] = []
    for page in document.pages[:FIRST_PAGES]:
        for block in page.blocks:
            if block.kind in ("byline", "footnote", "paragraph"):
                for found in _ADDRESS.finditer(page.text_of(block).lower()):
                    parts += (key(part) for part in re.split(r"[/.]", found[1]))
    return parts


def _initials(title: str) -> set[str]:
    """What the first letters of two to six words of a title in a row spell, with and without small words."""
    small = {
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "via",
        "with",
    }
    every = words(title)
    spelt: set[str] = set()
    for given in (every, [word for word in every if word not in small]):
        letters = "".join(word[0] for word in given)
        spelt |= {
            letters[i:j] for i in range(len(letters)) for j in range(i + 3, min(len(letters), i + 6) + 1)
        }
    return spelt
