from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from casework.web import filters

TODAY = date(2026, 11, 22)


@pytest.fixture
def english():
    """A program that knows nothing but its languages."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context(), force_locale("en"):
        yield


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (date(2026, 11, 20), "2 days overdue", "overdue"),
        (date(2026, 11, 21), "1 day overdue", "overdue"),
        (date(2026, 11, 22), "today", "soon"),
        (date(2026, 11, 23), "tomorrow", "soon"),
        (date(2026, 11, 25), "3 days left", "soon"),
        (date(2026, 11, 29), "7 days left", "soon"),
        (date(2026, 11, 30), "8 days left", "later"),
        (None, "no day set", "none"),
    ],
)
def test_a_due_day_says_how_far_it_is(english, due, words, tone):
    assert filters.due_words(due, TODAY) == words
    assert filters.due_tone(due, TODAY) == tone


def test_the_office_reads_days_and_money_in_its_own_words(app):
    with app.test_request_context("/"):
        assert filters.due_words(date(2026, 11, 20), TODAY) == "逾期2天"
        assert filters.due_words(date(2026, 11, 25), TODAY) == "还有3天"
        assert filters.day_words(TODAY) == "11月22日"
        assert filters.money_words(Decimal("764000000")) == "7.64亿元"


def test_a_moment_is_written_in_shanghai_time():
    evening = datetime(2026, 11, 22, 18, 32, tzinfo=UTC)
    assert filters.moment(evening) == "2026-11-23 02:32"
    assert filters.clock(evening) == "02:32"
    assert filters.machine_moment(evening) == "2026-11-23T02:32:00+08:00"


def test_what_ends_at_midnight_ends_at_the_end_of_its_day():
    midnight = datetime(2026, 12, 3, 16, tzinfo=UTC)
    assert filters.end_moment(midnight) == "2026-12-03 24:00"
    assert filters.end_moment(midnight - timedelta(hours=7)) == "2026-12-03 17:00"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        filters.moment(datetime(2026, 11, 22, 18, 32))


def test_days_are_written_for_tables_and_for_machines():
    assert filters.day(TODAY) == "2026-11-22"
    assert filters.machine_moment(TODAY) == "2026-11-22"


def test_a_day_is_written_for_sentences(english):
    assert filters.day_words(TODAY) == "11/22"
    assert filters.day_words(None) == "–"


def test_tonnes_are_whole_with_separators():
    assert filters.tonnes(1234567) == "1,234,567"
    assert filters.tonnes(-1200) == "-1,200"


@pytest.mark.parametrize(("unit", "written"), [("yuan", "764,000,000.00"), ("wan", "76,400.00"), ("yi", "7.64")])
def test_money_is_written_in_the_unit_of_the_switch(unit, written):
    assert filters.money(Decimal("764000000.00"), unit) == written


def test_money_is_rounded_half_up():
    assert filters.money(Decimal("0.005")) == "0.01"
    assert filters.money(Decimal("67.665")) == "67.67"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("67.67", "67.67 yuan"),
        ("12500000", "12.50 million yuan"),
        ("764000000", "764.00 million yuan"),
        ("-20000", "-20,000.00 yuan"),
    ],
)
def test_money_in_words_takes_the_unit_that_fits(english, amount, written):
    assert filters.money_words(Decimal(amount)) == written


def test_a_rate_keeps_two_places():
    assert filters.percent(Decimal("94.7368")) == "94.74%"
    assert filters.percent(100.0) == "100.00%"
    assert filters.percent(82.857, places=0) == "83%"


@pytest.mark.parametrize(
    "write", [filters.day, filters.moment, filters.clock, filters.tonnes, filters.money, filters.percent]
)
def test_what_is_not_known_is_a_dash(write):
    assert write(None) == "–"


def test_files_have_a_size_people_read():
    assert filters.file_size(10) == "1 KB"
    assert filters.file_size(320_000) == "312 KB"
    assert filters.file_size(4_400_000) == "4.2 MB"
