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

GOVERNMENT, BUREAU, ENTERPRISE = AddresseeKind.GOVERNMENT, AddresseeKind.BUREAU, AddresseeKind.ENTERPRISE


def test_every_kind_has_a_row_and_the_two_first_ones_move_cases():
    assert set(KINDS) == set(LetterKind)
    assert [(k.chinese, k.prefix, k.format, k.causes, k.asks) for k in LetterKind] == [
        ("工作督促函", "宁环函", Format.LETTER, "urge", True),
        ("督办函", "宁环函", Format.LETTER, "supervise", True),
        ("提醒函", "宁环函", Format.LETTER, None, False),
        ("通知", "宁环函", Format.LETTER, None, False),
        ("通报", "宁环发", Format.DOCUMENT, None, False),
    ]


@pytest.mark.parametrize(
    ("kind", "goes_to"),
    [
        (LetterKind.WORK_SUPERVISION, {GOVERNMENT}),
        (LetterKind.SUPERVISION, {GOVERNMENT}),
        (LetterKind.REMINDER, {BUREAU, ENTERPRISE}),
        (LetterKind.NOTICE, {BUREAU}),
        (LetterKind.BULLETIN, {GOVERNMENT, BUREAU}),
    ],
)
def test_each_kind_goes_to_its_own_kinds_of_addressee(kind, goes_to):
    refused = {addressee for addressee in AddresseeKind if addressee_refusal(kind, addressee)}
    assert refused == set(AddresseeKind) - goes_to
    assert {addressee_refusal(kind, addressee).field for addressee in refused} == {"addressee"}


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
