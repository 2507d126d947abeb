"""Opening a PDF, or saying why not. Runs only in the reading process."""

from __future__ import annotations

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
        raise Refused("is empty")
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(SIGNATURE_WITHIN):
            raise Refused("is not a PDF")
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("is encrypted: save a copy without a password and add that") from error
        raise Refused("is damaged and cannot be opened: fetch it again") from error
    return pdf
