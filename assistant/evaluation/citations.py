"""Whether citations hold: recall and precision of a sentence's markers, and whether a quote is on its page.

Recall and precision are those of ALCE (Gao et al., Enabling Large Language Models to Generate Text with Citations,
EMNLP 2023, section 3): a sentence is recalled where all it cites, read together, carry it, and where it cites nothing
that does not exist; a citation of a recalled sentence is precise where it alone carries the sentence, or the others
do not without it. ALCE leaves the citations of a sentence with an unknown number out of the count; here they are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.wording import normalised
from corpus.document import Page
from corpus.flows import MARK, told_by
from corpus.passages import together
from corpus.quoting import in_one_piece

if TYPE_CHECKING:
    from index.passage_store import PassageStore

Carries = Callable[
    [Sequence[int]], bool
]  # whether the sources of these numbers, together, carry the sentence
Placed = Literal["exact", "normalised", "in pieces", "not found"]
SMALLEST_PIECE = 8  # letters that either side of a page's edge needs, so as not to be met by chance
MEAN_PIECE = 30  # letters a piece has on average; other words than the page's would be cut far smaller


@dataclass(frozen=True, slots=True)
class Scored:
    """One sentence's citations, judged.

    Attributes:
        recalled: Whether what it cites carries it, all together.
        precise: For each number cited, whether it is needed or enough.
        unknown: How many cited numbers do not exist; each counts as a wrong citation.
    """

    recalled: bool
    precise: tuple[bool, ...]
    unknown: int = 0

    @property
    def count(self) -> int:
        """All its citations."""
        return len(self.precise) + self.unknown


def scored(numbers: Sequence[int], unknown: int, carries: Carries) -> Scored:
    """One sentence's citations by ALCE.

    Args:
        numbers: The sources it cites, each once.
        unknown: How many numbers it cites that do not exist.
        carries: Whether some of the sources, together, carry the sentence.
    """
    recalled = bool(numbers) and not unknown and carries(numbers)
    if not recalled:
        return Scored(recalled=False, precise=(False,) * len(numbers), unknown=unknown)
    if len(numbers) == 1:
        return Scored(recalled=True, precise=(True,))
    precise = tuple(carries([n]) or not carries([m for m in numbers if m != n]) for n in numbers)
    return Scored(recalled=True, precise=precise)


def recall(sentences: Sequence[Scored]) -> float | None:
    """The share of an answer's sentences that are recalled; None for no sentences."""
    return sum(one.recalled for one in sentences) / len(sentences) if sentences else None


def precision(sentences: Sequence[Scored]) -> float | None:
    """The share of an answer's citations that are precise; 0 where it cites nothing, None for no sentences."""
    if not sentences:
        return None
    count = sum(one.count for one in sentences)
    return sum(sum(one.precise) for one in sentences) / count if count else 0.0


def placed(quote: str, paper: str, page: int, store: PassageStore) -> Placed:
    """Whether `quote` stands on that page of the paper in one piece, read from the page's stored text.

    *Exact*: but for line breaks and a formula's mark. *Normalised*: but for case, hyphens and typography. A quote that
    goes on over the edge of the page, or behind a figure or footnote, is in one piece where a passage of the index, a
    run of one flow, says so; its text is taken from the pages again. *In pieces*: every word is there, most of them
    on this page, but something else stands in between.
    """
    texts = {number: store.page(paper, number) for number in (page, page - 1, page + 1)}
    here = texts[page]
    if here is None or not quote.strip():
        return "not found"
    if " ".join(quote.split()) in " ".join(here.text.split()):
        return "exact"
    if found := _in_a_flow(quote, paper, page, store):
        return found
    pieces = _pieces(
        _letters(MARK.sub(" ", quote)), {n: _letters(there.text) for n, there in texts.items() if there}
    )
    lengths = [length for _, length in pieces]
    on_page = sum(length for number, length in pieces if number == page)
    if not pieces or 2 * on_page < sum(lengths):
        return "not found"
    if len(pieces) == 1 or (
        len({n for n, _ in pieces}) == 2 == len(pieces) and min(lengths) >= SMALLEST_PIECE
    ):
        return "normalised"
    return "in pieces" if sum(lengths) >= MEAN_PIECE * len(pieces) else "not found"


def _in_a_flow(quote: str, paper: str, page: int, store: PassageStore) -> Placed | None:
    """Whether a passage, or two that follow one another, hold the quote in one piece, and how exactly; None for no."""
    plain, letters = " ".join(quote.split()), _letters(quote)
    passages = [p for p in store.of_paper(paper) if p.spans]
    for one, other in zip(passages, [*passages[1:], None], strict=False):
        if page not in {span.page for p in (one, other) if p for span in p.spans}:
            continue
        both = [one, other] if other and (one.kind, one.section) == (other.kind, other.section) else [one]
        spans = tuple(span for p in both for span in p.spans)
        text = together(p.text for p in both)
        if letters not in _letters(text):
            continue
        start = " ".join(text.split()).find(plain)
        exact = start >= 0 and len(" ".join(text.split())) == len(text)
        if exact and in_one_piece(text, spans, start, start + len(plain)) != (start, start + len(plain)):
            return None
        told = told_by(spans, lambda number: (store.page(paper, number) or Page(number, "", "")).text)
        if letters in _letters(told):
            return "exact" if plain in " ".join(told.split()) else "normalised"
    return None


def _letters(text: str) -> str:
    """For comparing across line ends: normalised, without blanks and the marks of an omission."""
    return "".join(normalised(text.replace("…", " ")).split())


def _pieces(quote: str, pages: dict[int, str]) -> list[tuple[int, int]]:
    """The quote cut, from its beginning, into the longest stretches that the pages hold: page and length of each.

    Empty where some of it stands nowhere.
    """
    pieces = []
    while quote:
        length, number = max(
            ((_longest_beginning(quote, text), n) for n, text in pages.items()), key=lambda found: found[0]
        )
        if not length:
            return []
        pieces.append((number, length))
        quote = quote[length:]
    return pieces


def _longest_beginning(quote: str, text: str) -> int:
    """Length of the longest beginning of `quote` that `text` holds."""
    low, high = 0, len(quote)
    while low < high:
        middle = (low + high + 1) // 2
        if quote[:middle] in text:
            low = middle
        else:
            high = middle - 1
    return low
