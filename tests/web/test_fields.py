"""Fields read what offices type, and say what is wrong in their words."""

from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from casework.web.fields import DayField, Row, RowsField, TonnesField, YuanField, at_most, required
from casework.web.forms import Form


class _Line(Row):
    text = StringField("Text", [required("Enter the text."), at_most(5)])
    due = DayField("Due", [required("Enter the day.")])


class _Form(Form):
    day = DayField("Day")
    tonnes = TonnesField("Tonnes")
    yuan = YuanField("Yuan")
    lines = RowsField(_Line, "Lines", min_entries=1)


def form(app, **typed):
    """A form into which this was typed."""
    with app.test_request_context("/", method="POST"):
        filled = _Form(MultiDict(typed), meta={"csrf": False})
        filled.validate()
        filled.texts = {field.name: str(field._value()) for field in (filled.day, filled.tonnes, filled.yuan)}
        return filled


@pytest.mark.parametrize(
    ("typed", "read"),
    [("865300", 865300), ("865,300", 865300), (" 865 300 ", 865300), ("８６５，３００", 865300), ("0", 0), ("", None)],
)
def test_tonnes_are_read_as_offices_write_them(app, typed, read):
    filled = form(app, tonnes=typed)
    assert (filled.tonnes.data, filled.tonnes.errors) == (read, [])


@pytest.mark.parametrize("typed", ["-1", "1.5", "12t", "约120万", "1" * 40, "²", "1e5"])
def test_what_is_not_whole_tonnes_is_refused_and_stays_in_the_field(app, typed):
    filled = form(app, tonnes=typed)
    assert filled.tonnes.data is None
    assert filled.tonnes.errors
    assert filled.texts["tonnes"] == typed


@pytest.mark.parametrize(("typed", "read"), [("20,000.00", "20000.00"), ("423997000", "423997000"), ("0.1", "0.1")])
def test_yuan_are_read_to_the_fen(app, typed, read):
    assert form(app, yuan=typed).yuan.data == Decimal(read)


@pytest.mark.parametrize("typed", ["1.005", "-5", "NaN", "Infinity", "1e99", "二万", "20000元"])
def test_what_is_not_money_is_refused(app, typed):
    filled = form(app, yuan=typed)
    assert filled.yuan.data is None
    assert filled.yuan.errors


def test_a_day_is_read_and_anything_else_says_how_a_day_is_written(app):
    assert form(app, day="2026-11-22").day.data == date(2026, 11, 22)
    wrong = form(app, day="22.11.2026")
    assert wrong.day.errors
    assert wrong.texts["day"] == "22.11.2026"


def test_blank_rows_are_left_out_and_half_filled_ones_are_refused(app):
    rows = form(app, **{"lines-0-text": "", "lines-0-due": "", "lines-1-text": "call", "lines-1-due": "2026-12-01"})
    assert rows.lines.filled == [{"text": "call", "due": date(2026, 12, 1)}]
    assert not rows.errors
    half = form(app, **{"lines-0-text": "call", "lines-0-due": ""})
    assert half.errors["lines"][0]["due"] == ["Enter the day."]


def test_a_row_whose_only_content_is_wrong_is_not_taken_for_blank(app):
    assert form(app, **{"lines-0-text": "", "lines-0-due": "soon"}).errors


def test_buttons_add_and_take_away_rows(app):
    rows = form(app, **{"lines-0-text": "one", "lines-1-text": "two"}).lines
    assert rows.change("lines", None)
    assert len(rows) == 3
    assert rows.change(None, "lines-0")
    assert [row.form.text.data for row in rows] == ["two", None]
    assert not rows.change("other", "lines-9")
    assert not rows.change(None, None)


def test_the_last_row_taken_away_leaves_a_blank_one(app):
    rows = form(app, **{"lines-0-text": "one"}).lines
    assert rows.change(None, "lines-0")
    assert [row.form.text.data for row in rows] == [None]
