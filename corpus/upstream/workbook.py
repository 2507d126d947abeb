"""An Excel file opened safely: bounded before it is parsed, its one sheet as cells of text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from corpus.errors import UnreadableDocument

LARGEST: Final = 5 * 1024**2  # bytes of one file; the tables have some tens of kilobytes
_UNPACKED: Final = 30 * 1024**2
_PARTS: Final = 300
_ROWS: Final = 2_000
_COLUMNS: Final = 60
_MERGE: Final = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)\""
)
_CELL: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})\d+\"[^>]*(?<!/)>")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d{1,9})\"")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet; `cells[row][column]` from 0, None where empty; `merged` as "A3:A5"."""

    name: str
    cells: tuple[tuple[object, ...], ...]
    merged: tuple[str, ...] = ()


def sheets(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of an .xlsx file that are not empty.

    Raises:
        UnreadableDocument: It is no Excel file, is damaged, or is larger than a table of papers can be.
    """
    raw = _parts(name, data)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            found = []
            for sheet in book.worksheets:
                path = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
                merged = tuple(ref.decode() for ref in _MERGE.findall(raw.get(path, b"")))
                rows = sheet.iter_rows(max_row=_ROWS, max_col=_COLUMNS, values_only=True)
                cells = tuple(tuple(_plain(value) for value in row) for row in rows)
                while cells and not any(value is not None for value in cells[-1]):
                    cells = cells[:-1]
                if cells:
                    found.append(Sheet(sheet.title, cells, merged))
            return tuple(found)
        finally:
            book.close()
    except UnreadableDocument:
        raise
    except Exception as error:  # whatever a damaged file makes of a parser
        raise UnreadableDocument(
            f"{name} cannot be read as an Excel table ({type(error).__name__}): it is damaged; get it again."
        ) from error


def _parts(name: str, data: bytes) -> dict[str, bytes]:
    """The raw worksheets by path, once the whole file has shown itself harmless."""
    if len(data) > LARGEST:
        raise UnreadableDocument(f"{name} has more than {LARGEST // 1024**2} MB: it is no table of papers.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            # a part never yields more than its declared size: zipfile stops there
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise UnreadableDocument(
                    f"{name} unpacks to more than a table of papers can hold: it is not read."
                )
            raw: dict[str, bytes] = {}
            for part in parts:
                if not part.filename.endswith((".xml", ".rels")):
                    continue
                text = packed.read(part)
                # no office program writes a document type; entities are how XML grows without end
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise UnreadableDocument(
                        f"{name} holds XML that no office program writes: it is not read."
                    )
                if part.filename.startswith("xl/worksheets/"):
                    if max((int(n) for n in _ROW.findall(text)), default=0) > _ROWS:
                        raise UnreadableDocument(f"{name} has more than {_ROWS:,} rows: it is not read.")
                    # an empty cell that only has a format may stand anywhere
                    if any(_number(letters) > _COLUMNS for letters in _CELL.findall(text)):
                        raise UnreadableDocument(f"{name} has more than {_COLUMNS} columns: it is not read.")
                    raw[part.filename] = text
            return raw
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableDocument(
            f"{name} is not an Excel file, or a damaged one ({type(error).__name__}); get it again."
        ) from error


def _number(letters: bytes) -> int:
    """The number of a column, from 1: "A", "Z", "AA" are 1, 26, 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _plain(value: object) -> object:
    """Text without needless space; None where there is none."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    return value
