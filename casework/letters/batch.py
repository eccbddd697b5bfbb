"""Many letters as one PDF for a duplex printer: a cover list, then each letter from an odd page on.

Bytes in, bytes out: the letters' pages are taken over as they are stored, nothing is set again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import pikepdf


@dataclass(frozen=True)
class Listed:
    """A line of the cover list; pages and the first of them are counted when the letters are bound."""

    number: str
    title: str
    addressee: str
    remark: str = ""
    pages: int = 0
    first: int = 0


Cover = Callable[[Sequence[Listed]], bytes]


def bound(letters: Iterable[tuple[Listed, bytes]], cover: Cover) -> bytes:
    """One PDF of these letters behind their cover list, with blank backs where a letter ends on an odd page."""
    rows: list[Listed] = []
    with pikepdf.new() as out:
        for row, content in letters:
            first = len(out.pages) + 1
            rows.append(replace(row, first=first, pages=_append(out, content)))
        _put_before(out, cover, rows)
        target = BytesIO()
        out.save(target, deterministic_id=True)
    return target.getvalue()


def _append(out: pikepdf.Pdf, content: bytes) -> int:
    """Append the pages and a blank back where they are odd in number; return how many pages there were."""
    with pikepdf.open(BytesIO(content)) as pdf:
        count = len(pdf.pages)
        out.pages.extend(pdf.pages)
        if count % 2:
            _x, _y, width, height = (float(edge) for edge in pdf.pages[-1].mediabox)
            out.add_blank_page(page_size=(width, height))
    return count


def _put_before(out: pikepdf.Pdf, cover: Cover, rows: list[Listed]) -> None:
    """Put the cover list in front; how long it is shifts the pages that it names, so it is set twice."""
    front = pikepdf.new()
    _append(front, cover(rows))
    length = len(front.pages)
    front = pikepdf.new()
    _append(front, cover([replace(row, first=row.first + length) for row in rows]))
    if len(front.pages) != length:
        raise RuntimeError(f"the cover list had {length} pages and then {len(front.pages)}")
    for place, page in enumerate(front.pages):
        out.pages.insert(place, page)
