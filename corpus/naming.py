"""Which papers and categories a question names.

Rules, in the order in which they bite:

- Longest match wins: "Decision Diffuser" is not also "Diffuser".
- Case, hyphens, spaces, accents and a possessive ending do not matter ("Decision-Diffuser's"), but names of two or
  three letters count only in the catalogue's own capitals, and names that are English words (HOLD, CLIP, Game On)
  only where the question writes them as a name.
- Names made of the field's own words ("latent diffusion") are sure in capitals and a hint in small letters.
- Kinds of thing are a subject in the plural ("LLMs", "world models", "LLM papers") and a hint in the singular ("an
  LLM's score"); plain words that are categories too ("task", "planning") are always hints.
- Text that names both a paper and a category is returned as both and flagged ambiguous. Written exactly as the
  paper is called, with capitals ("Diffusion Policy"), the paper is the likely one; else ("diffusion policies",
  "World Model") the category is. The likely one is `strong`, the other is not.
- What is not `strong` is a hint: it may raise what it names in a ranking, never exclude the rest.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.lexicon import How, Lexicon
from corpus.spelling import distinct, fold
from corpus.titles import derive_names

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue

__all__ = ["How", "Mention", "Mentions", "derive_names", "mentions"]

_TOKEN = re.compile(r"[^\W_]+")
_ARXIV = re.compile(r"(?:arxiv\s*:?\s*)?\b(\d{4}\.\d{4,5})(?:v\d+)?\b", re.IGNORECASE)
_JOINED = re.compile(r"[\s\-‐-―·_/&'’\"“”.]{0,3}")
_SENTENCE_STOP = re.compile(r"\.\s")
_LOOSELY_JOINED = re.compile(r"[\s\-‐-―·_/&'’\"“”.,:;?!()]{0,4}")
_HYPHENS = "-‐‑"
_TITLE_PARTS = 5
_FEW_WORDS = 3  # "HOLD" alone is the name, not shouting
_SHORT = 4


@dataclass(frozen=True)
class Mention:
    """A place in a question that names a paper or a category.

    Attributes:
        start: Offset of the first character.
        end: Offset behind the last.
        text: The question's own words there.
        target: The paper's id or the category's slug.
        how: What kind of name it is: name, alias, title, id, arxiv or authors.
        strong: Whether a search may be narrowed to the target; else it is a hint.
        ambiguous: Whether the same words name something else too.
    """

    start: int
    end: int
    text: str
    target: str
    how: How
    strong: bool = True
    ambiguous: bool = False


@dataclass(frozen=True)
class Mentions:
    """What a question names, each in the order of the question."""

    papers: tuple[Mention, ...] = ()
    categories: tuple[Mention, ...] = ()

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """The papers that are surely meant, each once."""
        return tuple(distinct(m.target for m in self.papers if m.strong))

    @property
    def category_slugs(self) -> tuple[str, ...]:
        """The categories that are surely meant, each once."""
        return tuple(distinct(m.target for m in self.categories if m.strong))


def mentions(text: str, catalogue: "Catalogue") -> Mentions:
    """The papers and categories that a question names; never raises.

    Args:
        text: The question, of any length.
        catalogue: The papers and categories to look for.
    """
    lexicon = catalogue.lexicon
    found: dict[tuple[int, int], list[tuple[bool, Mention]]] = {}
    for of_paper, mention in (*_names(text, lexicon), *_arxiv_ids(text, lexicon), *_authors(text, lexicon)):
        found.setdefault((mention.start, mention.end), []).append((of_paper, mention))
    papers: list[Mention] = []
    categories: list[Mention] = []
    for span in _longest(found):
        of_papers = [mention for of_paper, mention in found[span] if of_paper]
        of_categories = [mention for of_paper, mention in found[span] if not of_paper]
        if of_papers and of_categories:
            paper_likely = any(mention.strong for mention in of_papers)
            of_papers = [replace(m, ambiguous=True) for m in of_papers]
            of_categories = [
                replace(m, ambiguous=True, strong=m.strong and not paper_likely) for m in of_categories
            ]
        papers += of_papers if len(of_papers) == 1 else [replace(m, ambiguous=True) for m in of_papers]
        categories += (
            of_categories if len(of_categories) == 1 else [replace(m, ambiguous=True) for m in of_categories]
        )
    return Mentions(tuple(papers), tuple(categories))


def _names(text: str, lexicon: Lexicon) -> Iterator[tuple[bool, Mention]]:
    tokens = [(match.start(), match.end(), fold(match[0])) for match in _TOKEN.finditer(text)]
    capitals_tell = not text.isupper() or len(tokens) <= _FEW_WORDS
    for first, (start, _, _) in enumerate(tokens):
        letters, before, loose = "", start, False
        for count in range(1, len(tokens) - first + 1):
            token_start, end, folded = tokens[first + count - 1]
            gap = text[before:token_start]
            if not _LOOSELY_JOINED.fullmatch(gap):
                break
            abbreviated = gap.startswith(".") and before - start <= 2  # the gap of "Dr. Eureka"
            loose = loose or not _JOINED.fullmatch(gap) or bool(_SENTENCE_STOP.match(gap) and not abbreviated)
            letters, before = letters + folded, end
            if not lexicon.begins(letters):
                break
            for name in lexicon.named(letters):
                if count > name.parts or (loose and name.parts < _TITLE_PARTS):
                    continue
                shown = text[start:end]
                strong = name.likely(shown, text[end : end + 24], capitals_tell=capitals_tell)
                if strong is None:
                    continue
                if name.of_paper and len(letters) <= _SHORT and _part_of_compound(text, start, end):
                    strong = False
                yield name.of_paper, Mention(start, end, shown, name.target, name.how, strong)


def _arxiv_ids(text: str, lexicon: Lexicon) -> Iterator[tuple[bool, Mention]]:
    for match in _ARXIV.finditer(text):
        if paper := lexicon.arxiv.get(match[1]):
            yield True, Mention(match.start(), match.end(), match[0], paper, "arxiv")


def _authors(text: str, lexicon: Lexicon) -> Iterator[tuple[bool, Mention]]:
    for place in lexicon.authorship.find(text):
        for paper in place.papers:
            shown = text[place.start : place.end]
            yield (
                True,
                Mention(place.start, place.end, shown, paper, "authors", strong=len(place.papers) == 1),
            )


def _longest(found: dict[tuple[int, int], list[tuple[bool, Mention]]]) -> Iterable[tuple[int, int]]:
    """Spans that do not overlap, chosen by length, then by having a sure reading; in the text's order."""
    free = bytearray(b"\x01") * max((end for _, end in found), default=0)
    chosen: list[tuple[int, int]] = []
    for start, end in sorted(
        found, key=lambda span: (span[0] - span[1], not any(m.strong for _, m in found[span]), span[0])
    ):
        if all(free[start:end]):
            free[start:end] = bytes(end - start)
            chosen.append((start, end))
    return sorted(chosen)


def _part_of_compound(text: str, start: int, end: int) -> bool:
    """Whether a hyphen joins the name to another capital or digit: "DD-PPO", "CLIP-RT", not "CLIP-based"."""
    before = (
        start > 1 and text[start - 1] in _HYPHENS and (text[start - 2].isupper() or text[start - 2].isdigit())
    )
    after = text[end : end + 1] in set(_HYPHENS) and text[end + 1 : end + 2].isupper()
    return before or after
