"""The catalogue's data files, read and checked: whatever is wrong is named by file, record and field."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import BadCatalogue
from corpus.paper import ASPECTS, Confidence, Digest, Paper, Source, TableRow
from corpus.taxonomy import Category, Modality, Taxonomy

_ARXIV = re.compile(r"\d{4}\.\d{4,5}")
_ID = re.compile(r"[a-z0-9]+")
_REMEDY = "Mend the file or reinstall duality-assistant."
_EARLIEST, _LATEST = 1950, 2100


class Fields:
    """One JSON object whose fields are taken out by type; a wrong one raises BadCatalogue."""

    def __init__(self, data: Any, file: str, record: str, remedy: str = _REMEDY) -> None:
        self.file, self.record, self.remedy = file, record, remedy
        if not isinstance(data, dict):
            raise BadCatalogue(f"{file}, {record}: expected an object, found {_what(data)}. {remedy}")
        self._data: dict[str, Any] = data

    def wrong(self, name: str, why: str) -> BadCatalogue:
        """The error that names this file, this record and the field."""
        return BadCatalogue(f"{self.file}, {self.record}, field {name!r}: {why}. {self.remedy}")

    def names(self) -> tuple[str, ...]:
        """The names of the fields that are there."""
        return tuple(self._data)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(name) is not None

    def maybe(self, name: str) -> str | None:
        """A text, or None where the field is null or absent."""
        value = self._data.get(name)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self.wrong(name, f"expected text or null, found {_what(value)}")

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.maybe(name)
        if value is None:
            raise self.wrong(name, "expected text, found nothing")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; an absent field is an empty one."""
        value = self._data.get(name, [])
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        raise self.wrong(name, f"expected a list of texts, found {_what(value)}")

    def year(self, name: str) -> int:
        """A year between 1950 and 2100."""
        value = self._data.get(name)
        if type(value) is int and _EARLIEST <= value <= _LATEST:
            return value
        raise self.wrong(name, f"expected a year, found {value!r}")

    def confidence(self) -> Confidence:
        """One of the three words for how sure the record is."""
        known: tuple[Confidence, ...] = ("high", "medium", "low")
        word = self._data.get("confidence")
        if word not in known:
            raise self.wrong("confidence", f"expected high, medium or low, found {word!r}")
        return known[known.index(word)]

    def true(self, name: str) -> bool:
        """Whether the field is there and true."""
        return self._data.get(name) is True

    def inner(self, name: str) -> "Fields | None":
        """The object in a field, or None."""
        value = self._data.get(name)
        return None if value is None else Fields(value, self.file, f"{self.record}, {name}", self.remedy)

    def each(self, name: str) -> Iterator["Fields"]:
        """The objects in a list."""
        value = self._data.get(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, f"expected a list, found {_what(value)}")
        return (
            Fields(item, self.file, f"{self.record}, {name} {n}", self.remedy)
            for n, item in enumerate(value, 1)
        )


def read_taxonomy(folder: Path) -> Taxonomy:
    """The categories of taxonomy.json."""
    whole = Fields(_json(folder, "taxonomy.json"), "taxonomy.json", "the whole file")
    return Taxonomy(tuple(_category(node) for node in whole.each("nodes")))


def read_papers(folder: Path, taxonomy: Taxonomy) -> tuple[Paper, ...]:
    """The curated papers in the order of papers.json, then the survey.

    Raises:
        BadCatalogue: A file that is missing or not JSON, a field of the wrong type, a category that does not
            exist, an identifier used twice, or a digest of no paper.
    """
    digests = {f.text("id"): _digest(f) for f in records(folder, "digests.json")}
    survey = Fields(_json(folder, "survey.json"), "survey.json", "the survey")
    papers = [_paper(f, taxonomy, digests) for f in records(folder, "papers.json")]
    for orphan in digests.keys() - {paper.id for paper in papers}:
        raise BadCatalogue(f"digests.json, {orphan}, field 'id': papers.json has no such paper.")
    papers.append(_survey(survey))
    for name in ("id", "title", "arxiv", "doi", "openreview"):
        seen: dict[str, str] = {}
        for paper in papers:
            value = getattr(paper, name)
            if value is not None and seen.setdefault(value.lower(), paper.id) != paper.id:
                raise BadCatalogue(
                    f"papers.json, {paper.id}, field {name!r}: {seen[value.lower()]} has it too."
                )
    if len({paper.id for paper in papers}) != len(papers):
        raise BadCatalogue("papers.json, field 'id': two papers share an id.")
    return tuple(papers)


def _json(folder: Path, file: str) -> Any:
    try:
        return json.loads((folder / file).read_bytes())
    except OSError as error:
        raise BadCatalogue(
            f"{file} cannot be read ({error.strerror}); reinstall duality-assistant."
        ) from error
    except ValueError as error:
        raise BadCatalogue(f"{file} is not JSON ({error}); reinstall duality-assistant.") from error


def records(folder: Path, file: str) -> Iterator[Fields]:
    """The records of a data file that is a list of objects.

    Raises:
        BadCatalogue: The file is missing or is no such list.
    """
    data = _json(folder, file)
    if not isinstance(data, list):
        raise BadCatalogue(f"{file}: expected a list of records, found {_what(data)}.")
    for n, item in enumerate(data, 1):
        named = item.get("id") if isinstance(item, dict) else None
        yield Fields(item, file, named if isinstance(named, str) else f"record {n}")


def bibliography(f: Fields) -> dict[str, Any]:
    """What a record says of a paper that is read alike wherever the record stands, as arguments of Paper."""
    single = ("venue", "arxiv", "doi", "openreview", "url", "pdf_url", "short_name", "notes")
    several = ("authors", "aliases", "categories", "upstream_titles")
    return {
        "title": f.text("title"),
        **{name: f.maybe(name) for name in single},
        **{name: f.texts(name) for name in several},
    }


def _paper(f: Fields, taxonomy: Taxonomy, digests: Mapping[str, Digest]) -> Paper:
    row = f.inner("table")
    paper = Paper(
        id=f.text("id"),
        year=f.year("year"),
        **bibliography(f),
        table=table_row(row) if row else None,
        digest=digests.get(f.text("id")),
        kind="curated",
        confidence=f.confidence(),
    )
    if not _ID.fullmatch(paper.id):
        raise f.wrong("id", "expected small letters and digits only")
    if paper.arxiv and not _ARXIV.fullmatch(paper.arxiv):
        raise f.wrong("arxiv", f"{paper.arxiv!r} is not an arXiv id")
    if paper.pdf_url and not paper.pdf_url.startswith("https://"):
        raise f.wrong("pdf_url", f"{paper.pdf_url!r} is not an https address")
    if not paper.categories:
        raise f.wrong("categories", "expected at least one category")
    for slug in paper.all_categories:
        if slug not in taxonomy:
            raise f.wrong("categories" if slug in paper.categories else "table", f"no category {slug!r}")
    return paper


def _survey(f: Fields) -> Paper:
    arxiv = f.text("arxiv")
    return Paper(
        id=f.text("id"),
        title=f.text("title"),
        authors=f.texts("authors"),
        year=f.year("year"),
        arxiv=arxiv,
        url=f"https://arxiv.org/abs/{arxiv}",
        pdf_url=f.maybe("pdf_url"),
        aliases=f.texts("aliases"),
        digest=_digest(f),
        kind="survey",
        notes=f.maybe("authors_note"),
        confidence=f.confidence(),
    )


def table_row(f: Fields) -> TableRow:
    """The survey's row of a record."""
    return TableRow(
        framework=f.text("framework"),
        taxonomy_label=f.text("taxonomy_label"),
        taxonomy_slugs=f.texts("taxonomy_slugs"),
        base_model=f.maybe("base_model"),
        code_available=f.maybe("code_available"),
        dataset=f.maybe("dataset"),
        modules=f.text("modules"),
        setting=f.text("setting"),
        source_table=f.text("source_table"),
        table_category=f.text("table_category"),
        upstream_key=f.text("upstream_key"),
    )


def _digest(f: Fields) -> Digest:
    aspects = f.inner("aspects")
    if aspects is None:
        raise f.wrong("aspects", "expected an object, found nothing")
    return Digest(
        text=f.text("digest"),
        aspects={name: aspects.maybe(name) for name in ASPECTS},
        confidence=f.confidence(),
        sources=tuple(Source(s.text("kind"), s.text("where")) for s in f.each("sources")),
    )


def _category(f: Fields) -> Category:
    facts = f.inner("modality_facts")
    return Category(
        slug=f.text("slug"),
        key=f.text("key"),
        name=f.text("name"),
        parent=f.maybe("parent"),
        aliases=f.texts("aliases"),
        definition=f.text("definition"),
        in_figure=f.true("in_figure"),
        modality=None if facts is None else Modality(**{n: facts.text(n) for n in Modality.__annotations__}),
    )


def _what(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
