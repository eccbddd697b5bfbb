"""Search by part of a name or code: two characters suffice, on both engines, with an index."""

import unicodedata

import sqlalchemy as sa

from casework.registry.models import Enterprise, NamePiece

_PIECES_MOST = 8


def folded(text: str) -> str:
    """A text as it is searched: half-width, capitals, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def pieces_of(*texts: str) -> set[str]:
    """Every two characters that stand side by side in these texts."""
    return {text[at : at + 2] for text in map(folded, texts) for at in range(len(text) - 1)}


def matches(words: str) -> sa.ColumnElement[bool]:
    """The condition that a name or code contains these words; a single character is looked for at the start.

    The pieces narrow down to few rows through their index; the comparison of the whole then removes chance hits.
    """
    text = folded(words)
    if len(text) < 2:
        return sa.or_(
            Enterprise.name.startswith(text, autoescape=True), Enterprise.code.startswith(text, autoescape=True)
        )
    found = [
        Enterprise.id.in_(sa.select(NamePiece.enterprise_id).where(NamePiece.piece == piece))
        for piece in sorted(pieces_of(text))[:_PIECES_MOST]
    ]
    half_width = sa.func.replace(sa.func.replace(sa.func.upper(Enterprise.name), "（", "("), "）", ")")
    whole = sa.or_(
        sa.func.replace(half_width, " ", "").contains(text, autoescape=True),
        Enterprise.code.contains(text, autoescape=True),
    )
    return sa.and_(*found, *([whole] if len(text) > 2 else []))
