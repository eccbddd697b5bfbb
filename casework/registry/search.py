"""Search by part of a name or code: two characters suffice, on both engines, with an index."""

import unicodedata
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.db import read_rows
from casework.registry.models import Enterprise, NamePiece

Found = TypeVar("Found", bound=sa.Select[*tuple[Any, ...]])
_PIECES_MOST = 8
_RARE = 200  # a piece of fewer units than this narrows down well enough


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
    return sa.and_(*found, *_whole(text))


def _whole(text: str) -> list[sa.ColumnElement[bool]]:
    """The comparison of the whole; two characters are one piece, and the piece is the whole."""
    if len(text) == 2:
        return []
    half_width = sa.func.replace(sa.func.replace(sa.func.upper(Enterprise.name), "（", "("), "）", ")")
    name = sa.func.replace(half_width, " ", "")
    return [sa.or_(name.contains(text, autoescape=True), Enterprise.code.contains(text, autoescape=True))]


@dataclass(frozen=True)
class Wanted:
    """Two or more characters to look for, and their pieces, the rarest first."""

    text: str
    pieces: tuple[str, ...]


def wanted(words: str) -> Wanted:
    """Look up how rare the pieces of these words are, as far as that matters."""
    text = folded(words)
    pieces = sorted(pieces_of(text))[:_PIECES_MOST]
    few = [sa.select(sa.literal(1)).where(NamePiece.piece == piece).limit(_RARE).subquery() for piece in pieces]
    counts = [sa.select(sa.func.count()).select_from(some).scalar_subquery() for some in few]
    rare = read_rows(sa.select(*counts)).one() if len(pieces) > 1 else [0]
    return Wanted(text, tuple(piece for _, piece in sorted(zip(rare, pieces, strict=True))))


def first_found(stmt: Found, asked: Wanted) -> Found:
    """Narrow a select of units to those that contain what is asked for, in the order of the units' ids.

    With a limit it ends as soon as that many are found: the rarest piece leads, so that neither a common word (a
    city's name) nor a rare one (one unit's) reads more rows than it must.
    """
    leading, *others = asked.pieces
    led = sa.and_(NamePiece.enterprise_id == Enterprise.id, NamePiece.piece == leading)
    for piece in others:
        other = aliased(NamePiece)
        stmt = stmt.where(sa.exists().where(other.enterprise_id == NamePiece.enterprise_id, other.piece == piece))
    return stmt.join(NamePiece, led).where(*_whole(asked.text)).order_by(NamePiece.enterprise_id)
