"""What is made of a report: read, checked, compared, proposed; every rule is a row."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.rules.errors import RuleError
from casework.rules.measures import MeasureKind
from casework.rules.report_forms import (
    FORMS,
    NEWEST_FORM,
    FieldKind,
    MeasureFacts,
    fields_of,
    from_stored,
    read_value,
    typed_text,
)
from casework.rules.reports import (
    Change,
    Level,
    Proposed,
    RecordKind,
    UnitFacts,
    changes,
    contradicts,
    following,
    prefilled,
    proposed,
    read_report,
    worsened,
)

BUY = MeasureFacts(id=7, kind=MeasureKind.BUY, tonnes=500, due_day=date(2026, 12, 1))
LOAN = MeasureFacts(id=8, kind=MeasureKind.FINANCING, tonnes=0, due_day=date(2026, 12, 1))
FIELDS = fields_of(NEWEST_FORM, (BUY, LOAN))
BY_NAME = {field.name: field for field in FIELDS}
FULL = {"surrendered": "9000", "held": "400", "to_buy": "600", "account": "usable", "risk": "low"}


def facts(**given):
    known = {"due": 10_000, "surrendered": 9_000, "bought": 0, "deadline_day": date(2026, 12, 31)}
    return UnitFacts(**known | {"today": date(2026, 11, 22), "measures": (BUY, LOAN)} | given)


def said(typed, **given):
    """The problems of a report as (field, level)."""
    return {(one.name, one.level) for one in read_report(FIELDS, typed, facts(**given)).problems}


def test_each_version_of_the_form_names_its_fields_once_and_the_measures_bring_their_own():
    for version in FORMS:
        names = [field.name for field in fields_of(version, (BUY, LOAN))]
        assert len(set(names)) == len(names)
        assert {"m7_progress", "m7_tonnes", "m8_progress"} < set(names)
        assert "m8_tonnes" not in names  # financing brings no tonnes itself


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("surrendered", " 9,000 ", 9000),
        ("surrendered", "９０００", 9000),
        ("surrendered", "", None),
        ("money", "20,000.5", Decimal("20000.50")),
        ("expected_day", "2026-12-1", date(2026, 12, 1)),
        ("expected_day", "2026/12/01", date(2026, 12, 1)),
        ("expected_day", "2026年12月1日", date(2026, 12, 1)),
        ("expected_day", "20261201", date(2026, 12, 1)),
        ("risk", "high", "high"),
        ("difficulties", "资金", "资金"),
    ],
)
def test_what_is_typed_is_read_as_offices_write_it(name, text, value):
    assert read_value(BY_NAME[name], text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("surrendered", "-1"), ("surrendered", "9000t"), ("surrendered", "9.5"), ("surrendered", "٣"),
        ("surrendered", "9" * 30), ("money", "12.345"), ("money", "NaN"), ("money", "1e999"), ("risk", "none"),
        ("expected_day", "2026-02-30"), ("expected_day", "soon"), ("difficulties", "x" * 501),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_at_its_field(name, text):
    with pytest.raises(RuleError) as refusal:
        read_value(BY_NAME[name], text)
    assert refusal.value.field == name
    assert (name, Level.ERROR) in said(FULL | {name: text})


VALUES = {
    FieldKind.TONNES: st.integers(0, 10**12),
    FieldKind.MONEY: st.integers(0, 10**14).map(lambda fen: Decimal(fen) / 100),
    FieldKind.DAY: st.dates(),
    FieldKind.TEXT: st.text(min_size=1, max_size=40).map(str.strip).filter(bool),
}


@given(st.data())
def test_a_value_survives_being_typed_and_being_kept(data):
    field = data.draw(st.sampled_from(FIELDS))
    choices = [value for value, _word in field.choices]
    value = data.draw(VALUES[field.kind] if field.kind in VALUES else st.sampled_from(choices))
    assert read_value(field, typed_text(value)) == value
    kept = value if isinstance(value, int) else str(value)
    assert from_stored(field, kept) == value
    assert from_stored(field, None) is None


@given(st.dictionaries(st.sampled_from([*BY_NAME, "other"]), st.text(max_size=30)))
def test_nothing_that_is_typed_breaks_the_checks(typed):
    reading = read_report(FIELDS, typed, facts(last={"surrendered": 8_000}))
    assert reading.can_be_submitted is not any(one.level is Level.ERROR for one in reading.problems)
    assert set(reading.values) <= set(BY_NAME)


@pytest.mark.parametrize(
    ("typed", "given", "problem"),
    [
        ({}, {}, None),
        ({"surrendered": ""}, {}, ("surrendered", Level.ERROR)),
        ({"risk": ""}, {}, ("risk", Level.ERROR)),
        ({"to_buy": "599"}, {}, ("to_buy", Level.ERROR)),  # the sum does not add up
        ({"to_buy": "601"}, {}, ("to_buy", Level.WARNING)),
        ({"surrendered": "8999", "held": "401"}, {}, ("surrendered", Level.WARNING)),  # the records know more
        ({}, {"last": {"surrendered": 9_001}}, ("surrendered", Level.WARNING)),  # tonnes go down
        ({"bought": "1"}, {"last": {"bought": 2}}, ("bought", Level.WARNING)),
        ({"m7_tonnes": "1"}, {"last": {"m7_tonnes": 2}}, ("m7_tonnes", Level.WARNING)),
        ({"expected_day": "2026-12-31"}, {}, None),
        ({"expected_day": "2027-01-01"}, {}, ("expected_day", Level.WARNING)),
        ({"expected_day": "2026-11-21"}, {}, ("expected_day", Level.ERROR)),
        ({"expected_day": "2026-11-21", "surrendered": "10000", "to_buy": "0"}, {}, None),
        ({"risk": "high"}, {}, ("difficulties", Level.ERROR)),
        ({"risk": "high", "difficulties": "停产"}, {}, None),
    ],
)
def test_the_checks_speak_at_once(typed, given, problem):
    assert said(FULL | typed, **given) == ({problem} if problem else set())


@pytest.mark.parametrize("text", ["0" * 20 + "9" * 20, "9" * 5_000, "1000000000001"])
def test_a_number_that_is_too_large_to_be_kept_is_refused(text):
    with pytest.raises(RuleError, match="whole tonnes"):
        read_value(BY_NAME["held"], text)


def test_the_form_is_prefilled_from_the_last_report_and_what_the_records_know_by_now():
    done = MeasureFacts(
        id=7, kind=MeasureKind.BUY, tonnes=500, due_day=date(2026, 12, 1), done_day=date(2026, 11, 1), done_tonnes=480
    )
    first = prefilled(FIELDS, facts(measures=(done, LOAN), bought=30))
    assert first["surrendered"] == "9000"
    assert first["bought"] == "30"
    assert (first["m7_progress"], first["m7_tonnes"], first["risk"]) == ("done", "480", "")
    again = prefilled(FIELDS, facts(last={"surrendered": 8_000, "risk": "low", "expected_day": date(2026, 12, 1)}))
    assert (again["surrendered"], again["risk"], again["expected_day"]) == ("9000", "low", "2026-12-01")
    assert prefilled(FIELDS, facts(last={"surrendered": 9_500}))["surrendered"] == "9500"


@pytest.mark.parametrize(
    ("given", "to_buy"),
    [
        ({}, ""),
        ({"surrendered": 10_000}, "0"),
        ({"surrendered": 10_001}, "0"),
        ({"surrendered": 10_000, "last": {"to_buy": 7}}, "7"),
        ({"last": {"to_buy": 7}}, "7"),
    ],
)
def test_where_nothing_is_short_the_first_form_says_that_nothing_is_to_be_bought(given, to_buy):
    offered = prefilled(FIELDS, facts(**given))
    assert (offered["to_buy"], offered.keys()) == (to_buy, BY_NAME.keys())


def test_the_fields_of_a_measure_know_it_and_stand_before_the_difficulties():
    names = [field.name for field in FIELDS]
    assert names[names.index("difficulties") - 1].startswith("m8_")
    own = [(field.measure_id, field.measure) for field in FIELDS if field.name.startswith("m7_")]
    assert set(own) == {(7, MeasureKind.BUY)}
    assert {field.measure_id for field in FIELDS if not field.name.startswith("m")} == {None}


def test_what_changed_stands_in_the_order_of_the_form_with_what_it_was():
    found = changes(
        FIELDS, {"surrendered": 9, "held": 4, "risk": "low"}, {"surrendered": 8, "risk": "low", "to_buy": 3}
    )
    assert found == [Change("surrendered", 8, 9), Change("held", None, 4), Change("to_buy", 3, None)]


def test_what_is_not_needed_to_be_changed_is_not_offered():
    unchanged = {"surrendered": "9000", "held": "0", "to_buy": "1000"}
    assert following(FIELDS, unchanged, {"held": "0"}, facts()) == {}
    assert following(FIELDS, unchanged | {"to_buy": "900"}, {"held": "100"}, facts()) == {}


def test_the_problems_are_told_with_their_numbers():
    def params(typed, **given):
        return [one.params for one in read_report(FIELDS, FULL | typed, facts(**given)).problems]

    assert params({"to_buy": "599"}) == [{"due": 10_000, "needed": 600, "given": 599}]
    assert params({"to_buy": "601"}) == [{"due": 10_000, "needed": 600, "given": 601}]
    assert params({}, last={"surrendered": 9_001}) == [{"last": 9_001}]
    assert params({"surrendered": "8999", "held": "401"}) == [{"known": 9_000}]
    assert params({"expected_day": "2027-01-01"}) == [{"day": "2026-12-31"}]
    assert params({"difficulties": "x" * 501}) == [{"max": 500}]
    reading = read_report(FIELDS, FULL | {"risk": "high", "to_buy": "601"}, facts())
    assert [one.level for one in reading.problems_of("to_buy")] == [Level.WARNING]
    assert reading.problems_of("held") == []


def test_no_change_since_last_time_changes_nothing():
    last = read_report(FIELDS, FULL, facts()).values
    same = read_report(FIELDS, prefilled(FIELDS, facts(last=last)), facts(last=last))
    assert changes(FIELDS, same.values, last | {"bought": 0}) == []
    assert worsened(same.values, last) == ()
    assert same.can_be_submitted


@pytest.mark.parametrize(
    ("last", "now", "worse"),
    [
        ({"risk": "low"}, {"risk": "high"}, ("risk",)),
        ({"risk": "high"}, {"risk": "low"}, ()),
        ({"account": "usable"}, {"account": "blocked"}, ("account",)),
        ({"to_buy": 5}, {"to_buy": 6}, ("to_buy",)),
        ({"surrendered": 5}, {"surrendered": 4}, ("surrendered",)),
        ({"money": Decimal(5)}, {}, ("money",)),
        ({"money": Decimal("0.5")}, {}, ("money",)),
        ({"money": Decimal(5)}, {"money": Decimal(5)}, ()),
        ({"surrendered": 5, "to_buy": 9}, {"surrendered": 4, "to_buy": 3}, ("surrendered",)),
        ({"risk": "middle"}, {"risk": "middle"}, ()),
        ({"account": "usable", "risk": "low"}, {}, ()),
        ({"account": "hindered"}, {"account": "hindered"}, ()),
        ({"to_buy": 1}, {}, ()),
        ({"surrendered": 1}, {"to_buy": 1}, ("to_buy", "surrendered")),
        ({"expected_day": date(2026, 12, 1)}, {"expected_day": date(2026, 12, 1)}, ()),
        ({"money": Decimal(5), "to_buy": 9}, {"money": Decimal(1), "to_buy": 3}, ()),  # it was spent
        ({"expected_day": date(2026, 12, 1)}, {"expected_day": date(2026, 12, 2)}, ("expected_day",)),
        ({"expected_day": date(2026, 12, 2)}, {"expected_day": date(2026, 12, 1)}, ()),
        ({"m7_progress": "under_way"}, {"m7_progress": "failed"}, ("m7_progress",)),
        ({"m7_progress": "failed"}, {"m7_progress": "failed"}, ()),
        ({}, {"risk": "high", "to_buy": 6}, ()),  # the first report is nothing worse
    ],
)
def test_a_unit_that_stands_worse_is_named_with_what_is_worse(last, now, worse):
    assert worsened(now, last) == worse


def test_a_report_that_says_other_than_the_records_is_noticed():
    assert contradicts({"surrendered": 9_000, "bought": 0}, facts()) == ()
    assert contradicts({"surrendered": 9_001}, facts()) == ("surrendered",)
    assert contradicts({"surrendered": 8_999}, facts()) == ("surrendered",)
    assert contradicts({"surrendered": 9_000, "bought": 4}, facts(bought=5)) == ("bought",)
    assert contradicts({"surrendered": 9_001, "bought": 5}, facts(bought=5)) == ("surrendered",)
    assert contradicts({}, facts(bought=1)) == ("bought",)


def test_more_tonnes_and_a_measure_that_is_done_are_proposed_fewer_tonnes_are_not():
    values = {"surrendered": 9_400, "m7_progress": "done", "m8_progress": "done"}
    assert proposed(values, facts()) == [
        Proposed(RecordKind.SURRENDERED, 9_000, 9_400),
        Proposed(RecordKind.MEASURE_DONE, None, 500, 7),
        Proposed(RecordKind.MEASURE_DONE, None, None, 8),
    ]
    assert proposed({"surrendered": 9_000, "m8_progress": "done", "m8_tonnes": 7}, facts()) == [
        Proposed(RecordKind.MEASURE_DONE, None, None, 8)
    ]
    assert proposed({"surrendered": 8_000, "m7_progress": "under_way"}, facts()) == []
    assert proposed(values | {"m7_tonnes": 450}, facts())[1].after == 450


@given(st.integers(0, 12_000), st.integers(0, 3_000), st.integers(0, 12_000))
def test_what_is_still_to_buy_follows_the_other_tonnes_until_somebody_says_otherwise(surrendered, held, own):
    given = facts(due=10_000)
    needed = max(10_000 - surrendered - held, 0)
    before = {"surrendered": "9000", "held": "0", "to_buy": "1000"}
    changed = {"surrendered": str(surrendered), "held": str(held)}
    followed = following(FIELDS, before, changed, given)
    assert int({**before, **followed}["to_buy"]) == needed
    assert following(FIELDS, before, changed | {"to_buy": str(own)}, given) == {}
    if own != 1_000 and own != needed:
        assert following(FIELDS, before | {"to_buy": str(own)}, changed, given) == {}
    assert following(FIELDS, {}, changed, given) == {"to_buy": str(needed)}
