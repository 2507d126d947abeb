"""Opening a PDF, or saying why not. Runs only in the reading process."""

from __future__ import annotations

import re
import stat
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SIGNATURE_WITHIN = 1024  # bytes in which the signature must stand, as other readers have it


class Refused(Exception):
    """Why a PDF is not read, in words that follow the file's name."""


def open_pdf(path: Path) -> Any:
    """The file opened by pdfium; raises Refused with the reason."""
    import pypdfium2

    about = path.stat()
    if stat.S_ISDIR(about.st_mode):
        raise Refused("is a folder")
    if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
        raise Refused("is not a file")
    if about.st_size == 0:
        raise Refused("is empty: fetch or copy it again")
    with path.open("rb") as file:
        head = file.read(SIGNATURE_WITHIN)
    if b"%PDF-" not in head:
        raise Refused(_what_instead(path, head))
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("is encrypted: save a copy without a password and add that") from error
        raise Refused("is damaged and cannot be opened: fetch it again") from error
    return pdf


def _what_instead(path: Path, head: bytes) -> str:
    """What a file without a PDF's signature is, and what to do."""
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|\?xml|!--)", head, re.IGNORECASE):
        return "is not a PDF but a web page: open its address in a browser, and save the PDF itself"
    if head.startswith(b"PK\x03\x04"):
        return "is not a PDF but a zip archive or office file: unpack it or export it as PDF, and add that"
    if path.suffix.lower() == ".pdf":
        return "is not a PDF, whatever its name says: fetch it again"
    return "is not a PDF: only PDFs can be added"
