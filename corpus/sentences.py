"""Where sentences begin and end in scientific English, by character offset."""

from __future__ import annotations

import re

ABBREVIATION = re.compile(
    r"(?:^|[\s(\[])(?:al|e\.g|i\.e|eg|ie|etc|cf|vs|viz|resp|approx|Fig|Figs|Sec|Secs|Sect|Eq|Eqs|Eqn|Eqns|Tab|Ch|App|Appx|"
    r"Alg|Thm|Prop|Lem|Cor|Def|Ref|Refs|No|Nos|Vol|pp|p|Dr|Mr|Ms|Mrs|Prof|St|Jr|Sr|Inc|Ltd|Dept|Univ|w\.r\.t|s\.t|a\.k\.a|"
    r"i\.i\.d|[A-Z]|et al|incl|max|min|avg|std|dim|ca)\.$"
)
END = re.compile(r"""[.!?]["”’')\]]*(?:[^\S\n]*\[\d[\d,\s–-]*\])?(?=\s)|[。！？]["”’'）」』]*|\n""")
# At the end: a tag or a mark of a chat template, and a quotation mark that opens nothing, go on no sentence.
NEXT_STARTS = re.compile(
    r"""\s*["“‘'(\[•–⟨-]*\s*(?:[^\W\d_a-z]|\d|[•⟨\\$∀-⋿α-ωΑ-Ω]|[a-z]+[A-Z]|\w+-\w)|\s*(?:<[^\s\d=]|"\s)"""
)
# A list's numbering opens a sentence or follows a stop, a colon or a comma; a number elsewhere may end its sentence.
LIST_NUMBER = re.compile(r"(?:^|[.:;,!?]\s+)\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])\.$")
NUMBER, BEFORE_NUMBER = re.compile(r"\d\.$"), re.compile(r"\s+\d")  # "10. 20": a list's, or one number in two
# What a single letter or Roman number is the name of, which a full stop behind it does not abbreviate: "Appendix I."
NAMED = re.compile(
    r"\b(?:Appendi(?:x|ces)|Sections?|Secs?\.|Figures?|Figs?\.|Tables?|Algorithms?|Theorems?|Lemmas?|Propositions?|"
    r"Corollar(?:y|ies)|Definitions?|Assumptions?|Equations?|Eqs?\.|Parts?|Chapters?|Phases?|Stages?|Steps?|Cases?|Levels?|"
    r"and|or)\s+\(?[A-Z]{1,4}\.$"
)
# Words that open a sentence and are no one's name: behind "et al.", "etc." or a single letter the sentence ends.
OPENER = re.compile(
    r"\s+(?:We|The|This|These|Those|In|It|They|Our|To|For|As|If|When|While|However|Here|There|A|An|On|At|By|With|From|"
    r"Both|Each|All|Such|Thus|Then|Therefore|Hence|Note|Since|Although|Moreover|Furthermore|Similarly|Finally|Unlike|"
    r"Given|Let|Also|First|Second|After|Because|Instead|Additionally|Specifically)\s+(?=[^\W\d_A-Z]|[\d(\[])"
)
MAY_END = re.compile(r"(?:\bal|\betc|\bInc|\bLtd|(?:^|[\s(\[])[A-Z])\.$")


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end), in order, without surrounding blanks.

    A line feed always ends a sentence; a full stop does unless it belongs to an abbreviation, an
    initial, a number or a list's numbering, or the next word does not look like a beginning.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in END.finditer(text):
        end = match.end()
        if match.group() != "\n":
            before = text[max(start, match.start() - 24) : match.start() + 1]
            if match.group()[0] == "." and _abbreviates(before, text, end):
                continue
            if match.group()[0] in ".!?" and not NEXT_STARTS.match(text, end):
                continue
        _append(spans, text, start, end)
        start = end
    _append(spans, text, start, len(text))
    return spans


def _abbreviates(before: str, text: str, end: int) -> bool:
    """Whether the full stop at the end of `before` belongs to an abbreviation, an initial or a list's numbering."""
    if LIST_NUMBER.search(before) or (BEFORE_NUMBER.match(text, end) and NUMBER.search(before)):
        return True
    if not ABBREVIATION.search(before) or NAMED.search(before):
        return False
    return not (MAY_END.search(before) and OPENER.match(text, end))


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
