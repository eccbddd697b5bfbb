"""A QR code as bars of dark squares. Pure."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """Squares along an edge, and its dark bars: row, first square, square after the last."""

    edge: int
    bars: tuple[tuple[int, int, int], ...]


def qr_code(text: str) -> QrCode:
    """The QR code of a text, with at least 15 % of it to spare for stains and folds; without its white margin."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    return QrCode(len(rows), tuple((y, start, end) for y, row in enumerate(rows) for start, end in _dark(row)))


def _dark(row: bytes) -> list[tuple[int, int]]:
    """Where the dark squares of a row begin and end."""
    found: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and found and found[-1][1] == x:
            found[-1] = (found[-1][0], x + 1)
        elif dark:
            found.append((x, x + 1))
    return found
