"""A QR code as one drawn path. Pure."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """Squares along an edge, and the path that draws the dark ones, each one unit wide."""

    edge: int
    path: str


def qr_code(text: str) -> QrCode:
    """The QR code of a text, with at least 15 % of it to spare for stains and folds; without its white margin.

    Each bar has a fifth corner on one of its edges: where there are many plain rectangles, tools take them for a table.
    """
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    runs = [f"M{start} {y}H{end}v.5v.5H{start}z" for y, row in enumerate(rows) for start, end in _dark(row)]
    return QrCode(len(rows), "".join(runs))


def _dark(row: bytes) -> list[tuple[int, int]]:
    """Where the dark squares of a row begin and end."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and found[-1][1] == x:
            found[-1] = (found[-1][0], x + 1)
        elif dark:
            found.append((x, x + 1))
    return found
