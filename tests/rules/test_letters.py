"""Kinds of letter and document numbers."""

import pytest

from casework.rules.errors import RuleError
from casework.rules.letters import (
    KINDS,
    AddresseeKind,
    Format,
    LetterKind,
    addressee_refusal,
    document_number,
    parse_document_number,
)

GOVERNMENT = AddresseeKind.GOVERNMENT


def test_every_kind_has_a_row_and_the_two_first_ones_move_cases():
    assert set(KINDS) == set(LetterKind)
    assert [(k.chinese, k.prefix, k.format, k.causes) for k in LetterKind] == [
        ("工作督促函", "宁环函", Format.LETTER, "urge"),
        ("督办函", "宁环函", Format.LETTER, "supervise"),
    ]


@pytest.mark.parametrize("kind", LetterKind)
def test_supervision_letters_go_to_governments_only(kind):
    assert addressee_refusal(kind, GOVERNMENT) is None
    assert addressee_refusal(kind, AddresseeKind.BUREAU).field == "addressee"
    assert addressee_refusal(kind, AddresseeKind.ENTERPRISE).field == "addressee"


def test_document_numbers_are_written_and_read_back():
    assert document_number("宁环函", 2023, 12) == "宁环函〔2023〕12号"
    assert parse_document_number("宁环函〔2023〕12号") == ("宁环函", 2023, 12)


@pytest.mark.parametrize(
    "text",
    [
        "宁环函[2023]12号",
        "宁环函〔2023〕012号",
        "宁环函〔2023〕第12号",
        "〔2023〕1号",
        "宁环函〔23〕1号",
        "宁环函〔2023〕0号",
        "",
    ],
)
def test_what_only_looks_like_a_document_number_is_refused(text):
    with pytest.raises(RuleError, match="is not a document number"):
        parse_document_number(text)


@pytest.mark.parametrize(
    ("prefix", "year", "n"),
    [("宁环函", 2023, 0), ("宁环函", 2023, -1), ("宁环函", 23, 1), ("", 2023, 1), ("宁 函", 2023, 1)],
)
def test_a_number_that_could_not_be_read_back_is_not_written(prefix, year, n):
    with pytest.raises(RuleError):
        document_number(prefix, year, n)
