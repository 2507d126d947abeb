"""PDFs damaged in the ways in which PDFs get damaged, and in a few that somebody has to mean.

Each kind is a function of the file's bytes, another file's bytes and a seeded generator; the result is never
the file it was given.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def cut(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Only the first part came down."""
    return whole[: chance.randrange(1, len(whole))]


def without_its_head(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """The first bytes are gone, the signature among them."""
    return whole[chance.choice((5, 9, 1024, chance.randrange(1, len(whole)))) :]


def flipped_bits(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Single bits turned, from one to two thousand of them."""
    out = bytearray(whole)
    for _ in range(chance.choice((1, 20, 200, 2_000))):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def a_hole(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """A stretch that was never written: zeros, as in a file whose download was preallocated."""
    start, length = chance.randrange(len(whole)), chance.choice((512, 4_096, 65_536, len(whole) // 3))
    return whole[:start] + bytes(min(length, len(whole) - start)) + whole[start + length :]


def spliced(whole: bytes, other: bytes, chance: random.Random) -> bytes:
    """A stretch of another PDF, put in or written over what was there."""
    start, length = chance.randrange(len(other)), chance.choice((100, 5_000, 200_000))
    piece, at = other[start : start + length], chance.randrange(len(whole))
    return whole[:at] + piece + whole[at + chance.choice((0, len(piece))) :]


def two_in_one(whole: bytes, other: bytes, chance: random.Random) -> bytes:
    """The beginning of one file with the end of another."""
    return whole[: chance.randrange(1, len(whole))] + other[chance.randrange(len(other)) :]


def doubled(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """A stretch twice, or moved elsewhere."""
    start = chance.randrange(len(whole))
    end = start + chance.randrange(1, 300_000)
    at = chance.randrange(len(whole))
    rest = whole if chance.random() < 0.5 else whole[:start] + whole[end:]
    return rest[:at] + whole[start:end] + rest[at:]


def mangled_xref(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """The table of objects points elsewhere, or the pointer to it does."""
    if chance.random() < 0.4:
        where = chance.choice((0, len(whole) * 3, chance.randrange(len(whole))))
        return re.sub(rb"startxref\s+\d+", b"startxref\n%d" % where, whole)
    entry = re.compile(rb"(\d{10}) (\d{5}) ([nf])")
    if not entry.search(whole):  # cross-references in a stream
        return _changed(whole, rb"/(?:W|Index|Size|Prev)\s*\[?\s*(\d+)", chance, many=True)
    share = chance.choice((0.02, 0.3, 1.0))

    def moved(match: re.Match[bytes]) -> bytes:
        if chance.random() > share:
            return match.group()
        return b"%010d %05d %s" % (chance.randrange(len(whole) * 2), chance.randrange(3), match.group(3))

    return entry.sub(moved, whole)


def wrong_lengths(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Streams that say they are longer or shorter than they are."""
    return _changed(whole, rb"/Length\s+(\d+)\b(?!\s+\d+\s+R)", chance, many=True)


def swapped_objects(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Objects under each other's numbers, and references that point at others."""
    pattern = rb"\b(\d{1,6}) 0 obj" if chance.random() < 0.5 else rb"\b(\d{1,6}) 0 R"
    return _changed(whole, pattern, chance, many=True)


def other_structure(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Names of filters, kinds and keys exchanged: a page that is its own parent, a picture as a font."""
    names = sorted(set(re.findall(rb"/[A-Z][A-Za-z0-9]{1,14}", whole)))
    if len(names) < 2:
        return flipped_bits(whole, b"", chance)
    out = whole
    for _ in range(chance.choice((1, 5, 30))):
        one, two = chance.sample(names, 2)
        places = [match.start() for match in re.finditer(re.escape(one), out)]
        if places:
            at = chance.choice(places)
            out = out[:at] + two + out[at + len(one) :]
    return out


def huge_numbers(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Counts, sizes and widths far beyond what is there."""
    keys = rb"/(?:Count|Columns|Predictor|Width|Height|N|First|BitsPerComponent|Size|W|FirstChar|LastChar)"
    return _changed(whole, keys + rb"\s*\[?\s*(\d+)", chance, many=True, huge=True)


def garbage_behind(whole: bytes, other: bytes, chance: random.Random) -> bytes:
    """Bytes after the end: noise, zeros, a web page, or another PDF whole."""
    noise = chance.randbytes(chance.choice((10, 2_000, 300_000)))
    page = b"<!doctype html><html><body>502 Bad Gateway</body></html>" * chance.randrange(1, 50)
    return whole + chance.choice((noise, bytes(70_000), page, other))


def line_ends(whole: bytes, _: bytes, chance: random.Random) -> bytes:
    """Sent as text: line ends changed, or the eighth bit lost."""
    return chance.choice(
        (
            lambda: whole.replace(b"\n", b"\r\n"),
            lambda: whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n"),
            lambda: bytes(byte & 0x7F for byte in whole),
            lambda: whole.decode("latin-1").encode("utf-8"),
        )
    )()


KINDS: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (
    cut,
    without_its_head,
    flipped_bits,
    a_hole,
    spliced,
    two_in_one,
    doubled,
    mangled_xref,
    wrong_lengths,
    swapped_objects,
    other_structure,
    huge_numbers,
    garbage_behind,
    line_ends,
)


def damaged(number: int, seed: int, files: list[bytes]) -> tuple[str, int, bytes]:
    """Damaged file `number` of a series: the kind of damage, which file it was, and the bytes.

    Every kind and every file comes in turn; the same number and seed give the same bytes.
    """
    chance = random.Random(f"{seed}/{number}")
    kind = KINDS[number % len(KINDS)]
    which = number % len(files)
    whole, other = files[which], files[chance.randrange(len(files))]
    made = kind(whole, other, chance)
    return (
        kind.__name__.replace("_", " "),
        which,
        made if made != whole else flipped_bits(whole, other, chance),
    )


def _changed(
    whole: bytes, pattern: bytes, chance: random.Random, *, many: bool = False, huge: bool = False
) -> bytes:
    """`whole` with the numbers that `pattern`'s group finds replaced, some of them or one."""
    places = [match.span(1) for match in re.finditer(pattern, whole)]
    if not places:
        return flipped_bits(whole, b"", chance)
    chosen = chance.sample(places, min(len(places), chance.choice((1, 5, 50)) if many else 1))
    out = whole
    for start, end in sorted(chosen, reverse=True):
        value = int(whole[start:end])
        new = (
            chance.choice((2**31 - 1, 2**31, 2**63, 10**9, 65_536))
            if huge
            else chance.choice((0, 1, value + 1, max(0, value - 7), value * 3, chance.randrange(1, 5_000)))
        )
        out = out[:start] + b"%d" % new + out[end:]
    return out
