"""Whether a sentence of a paper can be quoted alone, and how well it then reads."""

from __future__ import annotations

import re

from assistant.evidence import is_noise
from assistant.quotable import pieces
from corpus.sentences import sentences

SHORTEST, LONGEST = 8, 48  # words of a sentence that can stand alone

# What cannot be read alone, or is no sentence of the paper.
POINTS_AT_FLOAT = re.compile(
    r"^(?:\W*[\w’'-]+[,;]? ){0,3}\W*(?:Figure|Figures|Fig|Figs|Table|Tables|Tab|Algorithm|Listing|Appendix|Appendices|Section|Sec|"
    r"Equation|Eq|Theorem|Lemma|Proposition)s?\.?\s*(?:\d|[A-Z]+\b|\()"
)
HOUSEKEEPING = re.compile(
    r"https?:|www\.|@\w|\bproject (?:page|website)\b|\bour website\b|\bsupplement|organi[sz]ed as follows|rest of (?:the|this) paper|"
    r"refer (?:the reader|to)\b|\bplease see\b|\bsee (?:the )?(?:Appendix|Section|Sec)|\bpublished as\b|\bpreprint\b|under review|"
    r"\bequal contribution|correspond(?:ing|ence)|\bin proceedings\b|\bconference on\b|\bvol\.|\bpp\.|\bbelow[.:]|as follows|"
    r"\bthe following\b|\bcode is\b|\bvideos? (?:are|is|can)\b|\bthank\b|\bgrant\b|Algorithm \d|\(\w+ vs\.? \w+\)|\bleft\)|\bright\)|\bcaption\b",
    re.IGNORECASE,
)
DANGLES = re.compile(
    r"^(?:This|These|Those|It|Its|They|Their|Such|That|Both|Here|He|She|Doing so|As such|One (?:of these|such)|The (?:latter|former)|"
    r"In (?:this|that|these) (?:case|way|setting|section)|To this end|For this|At this)\b"
)
REACHES_BACK = re.compile(
    r"\baddress(?:es|ing)? (?:this|these|it)\b|\bthis is (?:because|due)\b|\b(?:this|these|those|such) (?!paper|work|article|study|end\b|as\b|that\b)[a-z]+|"
    r"\b(?:above|aforementioned|previous section|described earlier|respectively)\b",
    re.IGNORECASE,
)
EARLY_PRONOUN = re.compile(r"^(?:\W*[\w’'-]+[\s,]+){0,5}(?:them|it|they|its|their|theirs)\b", re.IGNORECASE)
MATHS = re.compile(r"[=∈∑∏∫θπφψλγαβτωσμδε∇≤≥≈∼~^_|{}\\→←∀∃∞·∗′]|(?<!\w)[b-hj-zB-HJ-Z](?!\w|['’.])")
STUCK = re.compile(
    r"[a-z]{2}[A-Z][a-z]+[a-z] [A-Z][a-z]+ [A-Z]|\b\w{26,}\b|[a-z]{4}\. [a-z]{3}|\uFFFD|[a-z]- [a-z]|\b(?:[A-Za-z] ){4,}"
)
HEADLINE = re.compile(
    r"\b[A-Z]{4,}(?:[ -][A-Z]{3,})+\b|^\d+(?:\.\d+)*\.?\s+[A-Z]|^(?:[A-Z(][\w∗*†%)-]*\s+){5,}|[a-z)] (?:Table|Figure) \d+ (?:shows|presents|lists)|"
    r"\b(?:Table|Fig\w*|Sec\w*|App\w*)\.?\s?[A-Z]?\d*\.\s[A-Z]"
)
ENUMERATES = re.compile(r"\((?:1|i|a)\)(?!.*\((?:2|ii|b)\))|^[A-Z][\w ]{2,30}: ")
ENDS = re.compile(r"""[.!?]["”’)\]]*(?:\s?\[[\d,\s–-]+\])?$""")


def readable(text: str) -> bool:
    """Whether a sentence can be quoted alone: whole, in words, pointing at nothing that is not there."""
    words = text.split()
    if not SHORTEST <= len(words) <= LONGEST or not ENDS.search(text) or not re.match(r"[\"“(]?[A-Z]", text):
        return False
    letters = sum(character.isalpha() or character.isspace() for character in text)
    if letters < 0.8 * len(text) or len(MATHS.findall(text)) > 2 or is_noise(text):
        return False
    if text.count("(") != text.count(")") or text.count("“") != text.count("”") or text.count('"') % 2:
        return False
    if "?" in text or "\n" in text:
        return False
    fours = list(zip(*(words[i:] for i in range(4)), strict=False))
    if len(set(fours)) < len(fours):  # a figure's labels between two lines
        return False
    return not any(p.search(text) for p in (POINTS_AT_FLOAT, HOUSEKEEPING, STUCK, HEADLINE, ENUMERATES))


def reaches_back(text: str) -> bool:
    """Whether a sentence cannot be understood without the one before it: "However, harnessing them …"."""
    return bool(DANGLES.match(text) or EARLY_PRONOUN.match(text) or REACHES_BACK.search(text))


def led_in(text: str, start: int, end: int, longest: int = 280) -> int:
    """Where a quote of `text[start:end]` begins to be understood: at the sentence before, where it leans on that one.

    The sentence's own start where it stands alone, or where both together would be longer than `longest` characters.
    """
    if not reaches_back(text[start:end]):
        return start
    before = [piece for place in sentences(text[:start]) for piece in pieces(text, *place)]
    if not before or end - before[-1].start > longest or text[before[-1].end : start].strip():
        return start
    said = text[before[-1].start : before[-1].end]
    return before[-1].start if readable(said) and not reaches_back(said) else start
