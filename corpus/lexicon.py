"""Every name of every paper and category, prepared so that a question is searched in one pass."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from corpus.authorship import Authorship
from corpus.paper import Paper
from corpus.plain_words import FIELD_WORDS, KINDS_OF_THING, PLAIN_WORDS, WEAK_CATEGORY_NAMES
from corpus.spelling import key, plural, singular, words
from corpus.taxonomy import Category
from corpus.titles import derive_names

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue

How = Literal["name", "alias", "title", "id", "arxiv", "authors"]

_SHORT = 3  # letters; shorter names collide with words and other abbreviations
_MANY_PARTS = 5  # a name this long is a title: punctuation inside it proves nothing against it
_PART = re.compile(r"[^\W\d_]*[^\W\d_a-z](?![a-z])|[^\W\d_][^\W\d_A-Z]*|\d+")
_MADE_A_SUBJECT = re.compile(
    r"(?:[\s-]based)?\s+(?:approaches|category|family|literature|methods|papers|section|works)\b"
)
_GENERIC_SURVEY_NAMES = frozenset({"thesurvey", "thereview"})


@dataclass(frozen=True)
class Name:
    """One name of one paper or category, and what it takes to be meant.

    Attributes:
        written: The name as the catalogue has it.
        target: The paper's id or the category's slug.
        of_paper: Whether the target is a paper.
        how: What kind of name it is.
        parts: Words of the name, counting "DrEureka" as two: a text may break it into so many.
        weak: Never sure, however it is written.
        wants_case: In small letters it is an English word and names nothing.
        generic: Made of the field's own words: in small letters it may just describe.
        kind_of_thing: In the singular it is said in passing.
    """

    written: str
    target: str
    of_paper: bool
    how: How
    parts: int
    weak: bool = False
    wants_case: bool = False
    generic: bool = False
    kind_of_thing: bool = False

    def likely(self, shown: str, following: str, *, capitals_tell: bool) -> bool | None:
        """Whether this spelling surely means the target; None where it does not mean it at all.

        Args:
            shown: The text's own spelling.
            following: What comes behind it in the text.
            capitals_tell: Whether the text is not wholly in capitals.
        """
        letters = re.sub(r"[\W_]+", "", shown)
        exact = letters == re.sub(r"[\W_]+", "", self.written)
        proper = exact or (shown.isupper() and self.parts == 1) or _title_case(shown)
        if len(letters) <= _SHORT and (self.of_paper or self.how == "alias") and not exact:
            return None
        if self.wants_case and not (
            capitals_tell and (exact or shown.isupper() or (self.parts > 1 and proper))
        ):
            return None
        if self.weak:
            return not self.of_paper and self.how == "name" and self.parts > 1 and _title_case(shown)
        if self.kind_of_thing:
            several = not key(shown).endswith(tuple(KINDS_OF_THING))
            return (
                several or (self.parts > 1 and _title_case(shown)) or bool(_MADE_A_SUBJECT.match(following))
            )
        return proper or not self.generic


class Lexicon:
    """The names of a catalogue under their keys, and its papers' authors."""

    def __init__(
        self, names: Iterator[tuple[str, Name]], authorship: Authorship, arxiv: dict[str, str]
    ) -> None:
        self.authorship, self.arxiv = authorship, arxiv
        self._names: dict[str, list[Name]] = {}
        for found, name in names:
            same = self._names.setdefault(found, [])
            if all(other.target != name.target for other in same):
                same.append(name)
        self._keys = sorted(self._names)

    @classmethod
    def of(cls, catalogue: "Catalogue") -> "Lexicon":
        """The lexicon of a catalogue; a few milliseconds, so it is kept by the catalogue."""

        def every() -> Iterator[tuple[str, Name]]:
            categories: dict[str, list[Name]] = {}
            for node in catalogue.taxonomy:
                for found, name in _category_names(node):
                    categories.setdefault(found, []).append(name)
                    yield found, name
            for paper in catalogue.papers:
                for name in _paper_names(paper):
                    found = key(name.written)
                    yield found, name
                    # "diffusion policies" may mean the paper too, since "diffusion policy" may mean the category.
                    if found in categories:
                        yield from ((other, replace(name, weak=True)) for other in _inflections(name.written))

        arxiv = {paper.arxiv: paper.id for paper in catalogue.papers if paper.arxiv}
        return cls(every(), Authorship(catalogue.papers), arxiv)

    def begins(self, letters: str) -> bool:
        """Whether any name's key starts with these letters."""
        at = bisect_left(self._keys, letters)
        return at < len(self._keys) and self._keys[at].startswith(letters)

    def named(self, letters: str) -> list[Name]:
        """The names of exactly this key."""
        return self._names.get(letters, [])


def _category_names(node: Category) -> Iterator[tuple[str, Name]]:
    for written in (node.name, *node.aliases):
        name = Name(
            written,
            node.slug,
            of_paper=False,
            how="name" if written == node.name else "alias",
            parts=_parts(written),
            weak=key(written) in WEAK_CATEGORY_NAMES,
            kind_of_thing=not KINDS_OF_THING.isdisjoint(_inflections(written)),
        )
        yield from ((found, name) for found in _inflections(written))
    yield key(node.slug), Name(node.slug, node.slug, of_paper=False, how="id", parts=_parts(node.slug))


def _paper_names(paper: Paper) -> Iterator[Name]:
    yield Name(paper.id, paper.id, of_paper=True, how="id", parts=2)
    titles = (paper.title, *paper.upstream_titles)
    derived = () if paper.short_name else derive_names(paper.title)
    for written in dict.fromkeys((*paper.names, *derived)):
        if not (in_name := words(written)):
            continue
        single = len(in_name) == 1
        title = written in titles
        yield Name(
            written,
            paper.id,
            of_paper=True,
            how="title" if title else "name" if written == paper.short_name else "alias",
            parts=_parts(written),
            # The user's own papers are named by whatever their title gave: nobody has looked at those names.
            weak=key(written) in _GENERIC_SURVEY_NAMES,
            wants_case=len(in_name) <= _MANY_PARTS
            and all(w in PLAIN_WORDS or (w in FIELD_WORDS and len(w) < 3) for w in in_name),
            generic=(single and paper.kind == "own" and written.isalpha())
            or (not single and len(in_name) <= _MANY_PARTS + 1 and FIELD_WORDS.issuperset(in_name)),
        )


def _inflections(written: str) -> Iterator[str]:
    """The keys of a name as it is, in the singular and in the plural; an abbreviation's too."""
    *before, last = words(written) or [""]
    for form in dict.fromkeys((last, singular(last), plural(last))):
        yield "".join((*before, form))


def _parts(written: str) -> int:
    return max(1, len(_PART.findall(written)), len(words(written)))


def _title_case(shown: str) -> bool:
    """Whether every word of weight has a capital."""
    weighty = [word for word in re.findall(r"[^\W_]+", shown) if len(word) > 3 or word[:1].isupper()]
    return bool(weighty) and all(word[0].isupper() or word[0].isdigit() for word in weighty)
