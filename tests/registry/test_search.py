"""Search by a part of a name or code: the quick way of the search page finds what the condition of the lists finds."""

import pytest
import sqlalchemy as sa

from casework.db import db
from casework.registry.models import Enterprise
from casework.registry.search import first_found, folded, matches, pieces_of, wanted


@pytest.fixture
def names(samples, session):
    """Names and codes of the units of the sample tables."""
    return [text for row in session.execute(sa.select(Enterprise.name, Enterprise.code)) for text in row]


def found_first(words):
    stmt = first_found(sa.select(Enterprise.id), wanted(words))
    return list(db.session.scalars(stmt))


def found_at_all(words):
    return list(db.session.scalars(sa.select(Enterprise.id).where(matches(words)).order_by(Enterprise.id)))


@pytest.mark.slow
def test_every_part_of_a_name_or_code_finds_the_same_units_both_ways(names):
    parts = {text[at : at + length] for text in names for length in (2, 3, 5) for at in range(0, len(text), 3)}
    parts = {part for part in parts if len(part) > 1}
    assert len(parts) > 30
    for part in parts:
        found = found_first(part)
        assert found
        assert found == found_at_all(part)


def test_pieces_that_stand_apart_are_no_match(names):
    name = next(text for text in names if len(set(text)) > 6)
    words = name[0:2] + name[-3:]
    assert pieces_of(name) & pieces_of(words)
    assert found_first(words) == found_at_all(words) == []


def test_the_rarest_piece_leads(names):
    common, rare = "有限", next(text for text in names if text.endswith("有限公司"))[:2]
    assert wanted(f"{rare}{common}").pieces[-1] == common


def test_words_are_folded_before_they_are_cut():
    assert folded(" ａ b　c") == "ABC"
    assert pieces_of("ａ b") == {"AB"}
