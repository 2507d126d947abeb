"""The files of the survey's repository from a folder or an archive, without unpacking anything onto the disk."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from corpus.errors import StorageFailed, UnreadableDocument, WrongUse

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST: Final = (
    200 * 1024**2
)  # bytes of an archive; with all its figures the repository has some ten megabytes
_UNPACKED: Final = 500 * 1024**2
_FILE: Final = 10 * 1024**2  # bytes of one file that is read
_AT_ONCE: Final = 16 * 1024**2
_MEMBERS: Final = 5_000


def files(path: Path) -> Mapping[str, bytes]:
    """README.md and the Excel files at the top of a checkout or archive, by name.

    Raises:
        WrongUse: There is no such file or folder, it is of another kind, or it holds no README.md.
        UnreadableDocument: The archive is damaged, too large, or has members that lead out of it.
        StorageFailed: It cannot be read.
    """
    try:
        if path.is_dir():
            found = _of_folder(path)
        elif not path.exists():
            raise WrongUse(
                f"There is no file or folder {path}: give a checkout, an archive, or an https address."
            )
        elif zipfile.is_zipfile(path):
            found = _of_zip(path)
        elif _is_tar(path):
            found = _of_tar(path)
        elif path.suffix.lower() in (".zip", ".gz", ".tgz"):
            raise UnreadableDocument(f"{path} is a damaged archive: get it again.")
        else:
            raise WrongUse(f"{path} is neither a folder nor a .zip or .tar.gz archive: give one of those.")
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        gzip.BadGzipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise UnreadableDocument(
            f"{path} is a damaged archive ({type(error).__name__}): get it again."
        ) from error
    except OSError as error:
        raise StorageFailed(
            f"{path} cannot be read ({error.strerror or error}): check its permissions."
        ) from error
    if "README.md" not in found:
        raise WrongUse(
            f"{path} holds no README.md: give a checkout or an archive of the survey's repository."
        )
    return found


class _Gzip(gzip.GzipFile):
    """Unpacks no more at once than a file of the repository has: a header may claim any size."""

    def read(self, size: int | None = -1) -> bytes:
        """At most 16 MB."""
        if size is None or not 0 <= size <= _AT_ONCE:
            raise tarfile.ReadError("a header of impossible size")
        return super().read(size)


def _is_tar(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(512)
    return head[:2] == b"\x1f\x8b" or head[257:262] == b"ustar"


def _is_wanted(name: str) -> bool:
    return name == "README.md" or (name.lower().endswith(".xlsx") and not name.startswith(("~$", ".")))


def _of_folder(path: Path) -> dict[str, bytes]:
    found = {}
    for file in sorted(path.iterdir()):
        if not _is_wanted(file.name):
            continue
        if file.is_symlink() or not file.is_file():
            raise UnreadableDocument(f"{file} is a link or no file: put the file itself there.")
        if file.stat().st_size > _FILE:
            raise _too_large(path, file.name)
        found[file.name] = file.read_bytes()
    return found


def _of_zip(path: Path) -> dict[str, bytes]:
    _check_size(path)
    with zipfile.ZipFile(path) as packed:
        members = packed.infolist()
        if len(members) > _MEMBERS or sum(member.file_size for member in members) > _UNPACKED:
            raise _bomb(path)
        for member in members:
            _check_name(path, member.filename)
            if (member.external_attr >> 16) & 0o170000 == 0o120000:
                raise _link(path, member.filename)
        root = _root([member.filename for member in members])
        found = {}
        for member in members:
            name = _at_top(member.filename, root)
            if name and not member.is_dir():
                if member.file_size > _FILE:
                    raise _too_large(path, name)
                found[name] = packed.read(member)  # never more than the size it declares
        return found


def _of_tar(path: Path) -> dict[str, bytes]:
    _check_size(path)
    names: list[str] = []
    held: dict[str, bytes] = {}
    total = 0
    with path.open("rb") as file:
        squeezed = file.read(2) == b"\x1f\x8b"
    with (
        _Gzip(path) if squeezed else path.open("rb") as plain,
        tarfile.open(fileobj=plain, mode="r:") as packed,
    ):
        for member in packed:  # one after the other: a bomb is seen before it is unpacked
            _check_name(path, member.name)
            if member.issym() or member.islnk():
                raise _link(path, member.name)
            if member.isdev():
                raise UnreadableDocument(f"{path} holds the device {member.name[:60]!r}: it is not read.")
            total += member.size
            names.append(member.name + "/" * member.isdir())
            if len(names) > _MEMBERS or total > _UNPACKED:
                raise _bomb(path)
            name = PurePosixPath(member.name).name
            if member.isfile() and _is_wanted(name) and len(PurePosixPath(member.name).parts) <= 2:
                if member.size > _FILE:
                    raise _too_large(path, name)
                stream = packed.extractfile(member)
                held[member.name] = stream.read(member.size) if stream else b""
    root = _root(names)
    return {name: data for member, data in held.items() if (name := _at_top(member, root))}


def _root(names: list[str]) -> str:
    """The one folder that everything lies in, as in archives of a repository; "" where there is none."""
    tops = {PurePosixPath(name).parts[0] for name in names if PurePosixPath(name).parts}
    tops.discard("pax_global_header")
    if len(tops) == 1 and all("/" in name for name in names if name != "pax_global_header"):
        return tops.pop()
    return ""


def _at_top(member: str, root: str) -> str:
    """The name of a wanted file at the top; "" for everything else."""
    parts = PurePosixPath(member).parts
    if root and parts[:1] == (root,):
        parts = parts[1:]
    return parts[0] if len(parts) == 1 and _is_wanted(parts[0]) else ""


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise UnreadableDocument(
            f"{path} has more than {LARGEST // 1024**2} MB: it is not the survey's repository."
        )


def _check_name(path: Path, name: str) -> None:
    pure = PurePosixPath(name.replace("\\", "/"))
    if pure.is_absolute() or ".." in pure.parts or (pure.parts and pure.parts[0].endswith(":")):
        raise UnreadableDocument(
            f"{path} holds {name[:60]!r}, which leads out of the archive: it is not read."
        )


def _bomb(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        f"{path} unpacks to more than {_UNPACKED // 1024**2} MB or {_MEMBERS:,} files: it is not the survey's repository."
    )


def _link(path: Path, name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{path} holds the link {name[:60]!r}: archives with links are not read.")


def _too_large(path: Path, name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name} in {path} has more than {_FILE // 1024**2} MB: it is not read.")
