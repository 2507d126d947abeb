r"""A document as LaTeX that compiles as it stands: sentences with \cite keys, their pages and quotes as comments."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from assistant.export.document import ended, one_line
from assistant.export.documents import named
from corpus import bibtex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.export.document import Document, Part, Said
    from corpus.catalogue import Catalogue

PREAMBLE: Final = (
    r"\documentclass{article}",
    r"\usepackage[T1]{fontenc}",
    r"\usepackage[utf8]{inputenc}",
    r"\usepackage{textcomp}",
    r"\usepackage{longtable}",
    r"\setlength{\emergencystretch}{3em}",
)
HEADINGS: Final = {1: "section", 2: "section", 3: "subsection", 4: "subsubsection"}
# Signs of mathematics as LaTeX's own letters have them; Greek ones go by their names.
SIGNS: Final = {
    "≤": r"\leq", "≥": r"\geq", "≈": r"\approx", "≠": r"\neq", "∞": r"\infty", "→": r"\rightarrow",
    "←": r"\leftarrow", "↔": r"\leftrightarrow", "⇒": r"\Rightarrow", "∈": r"\in", "∑": r"\sum", "∏": r"\prod",
    "√": r"\surd", "∇": r"\nabla", "∂": r"\partial", "∼": r"\sim", "∝": r"\propto", "∀": r"\forall",
    "∃": r"\exists", "∪": r"\cup", "∩": r"\cap", "⊂": r"\subset", "⊆": r"\subseteq", "∗": "*", "−": "-",
    "⋅": r"\cdot", "⋆": r"\star", "★": r"\star", "†": r"\dagger", "‡": r"\ddagger", "∥": r"\|", "ℓ": r"\ell",
    "⟨": r"\langle", "⟩": r"\rangle", "′": "'", "″": "''", "✓": r"\surd", "✗": r"\times", "×": r"\times",
    "±": r"\pm", "⊕": r"\oplus", "⊗": r"\otimes", "⊙": r"\odot", "≪": r"\ll", "≫": r"\gg", "ϵ": r"\epsilon",
    "‹": "<", "›": ">",
}  # fmt: skip
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (FINAL )?(\w+)$")
_AS_LATIN = {"alpha": "A", "beta": "B", "epsilon": "E", "zeta": "Z", "eta": "H", "iota": "I", "kappa": "K", "mu": "M",
             "nu": "N", "omicron": "O", "rho": "P", "tau": "T", "chi": "X"}  # fmt: skip


def latex(document: Document, catalogue: Catalogue) -> str:
    """A whole article, and in it the papers under the keys that the BibTeX of the same thing has."""
    body = list(_body(document, catalogue))
    strange = sorted({letter for line in body for letter in line if _unknown(letter)})
    lines = [
        "% The keys are those of the BibTeX export: \\bibliography{...} may stand in place of thebibliography.",
        *PREAMBLE,
        *(
            # a letter that pdflatex has no sign for is shown by its number; other engines print it
            rf"\ifdefined\DeclareUnicodeCharacter\DeclareUnicodeCharacter{{{ord(one):04X}}}{{{_shown(one)}}}\fi"
            for one in strange
        ),
        r"\begin{document}",
        *body,
        r"\end{document}",
        "",
    ]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text in which nothing is a command of TeX."""
    return bibtex.escaped(one_line(text)).replace('"', r"\textquotedbl{}")


def key(paper: str) -> str:
    """What a paper is cited by."""
    return bibtex.key(paper)


def _body(document: Document, catalogue: Catalogue) -> Iterator[str]:
    yield rf"\section*{{{escaped(document.title)}}}"
    for part in document.parts:
        if part.heading:
            yield rf"\{HEADINGS.get(part.level, 'paragraph')}*{{{escaped(part.heading)}}}"
        if part.lead:
            yield rf"\emph{{{escaped(part.lead)}}}"
            yield ""
        if part.said and part.listed:
            yield r"\begin{itemize}"
        for said in part.said:
            yield (r"\item " if part.listed else "") + _cited(said)
            yield from _comments(said)
        if part.said and part.listed:
            yield r"\end{itemize}"
        if part.rows:
            yield from _table(part)
        yield ""
    if document.notes:
        yield r"\section*{Notes}"
        yield from (rf"{escaped(note)}\par" for note in document.notes)
    cited = {place.paper: None for said in document.sentences() for place in said.places}
    papers = list(dict.fromkeys((*cited, *document.papers)))
    if papers:
        yield rf"\begin{{thebibliography}}{{{len(papers)}}}"
        for paper in papers:
            found = catalogue.by_id.get(paper)
            by = f"{', '.join(found.authors)}. " if found and found.authors else ""
            yield rf"\bibitem{{{key(paper)}}} {escaped(f'{by}{named(paper, catalogue)}.')}"
        yield r"\end{thebibliography}"
    yield f"% {_comment(document.made)}"


def _cited(said: Said) -> str:
    papers = list(dict.fromkeys(key(place.paper) for place in said.places))
    body, stop = ended(said.full)
    text = f"{escaped(body)}~\\cite{{{','.join(papers)}}}{stop}" if papers else escaped(said.full)
    # what opens with a bracket would be read as an option of \item or \\
    text = rf"\textbf{{{text}}}" if said.strong else text
    return f"{{}}{text}" if text.startswith(("[", "*")) else text


def _comments(said: Said) -> Iterator[str]:
    """Where the words stand, and the words."""
    for place in said.places:
        quote = f": “{place.quote}”" if place.quote else ""
        if place.where:
            yield f"% {_comment(f'{place.paper}, {place.where}{quote}')}"


def _table(part: Part) -> Iterator[str]:
    column = rf"p{{{0.9 / len(part.head):.3f}\linewidth}}"
    yield rf"\begin{{longtable}}{{{column * len(part.head)}}}"
    yield " & ".join(rf"\textbf{{{escaped(name)}}}" for name in part.head) + r" \\ \hline"
    for row in part.rows:
        yield " & ".join(map(_cited, row)) + r" \\"
        for cell in row:
            yield from _comments(cell)
    yield r"\end{longtable}"


def _comment(text: str) -> str:
    return one_line(text)


def _unknown(letter: str) -> bool:
    """Whether pdflatex may have no sign for a letter: what lies beyond the Latin ones."""
    return ord(letter) > 0xFF and letter not in "–—‘’“”…œŒđĐŋŊ"


def _shown(letter: str) -> str:
    """A sign for a letter that pdflatex does not know by itself."""
    if letter in SIGNS:
        return rf"\ensuremath{{{SIGNS[letter]}}}"
    if greek := _GREEK.match(unicodedata.name(letter, "")):
        small, name = greek[1] == "SMALL", greek[3].lower().replace("lamda", "lambda")
        if name == "omicron":
            return "o" if small else "O"
        if not small and name in _AS_LATIN:
            return _AS_LATIN[name]
        return rf"\ensuremath{{\{name if small else name.capitalize()}}}"
    alike = unicodedata.normalize("NFKD", letter)
    if alike != letter and alike.isascii() and alike.isalnum():
        return alike
    return f"[U+{ord(letter):04X}]"
