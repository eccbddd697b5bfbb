"""A city's list as a workbook: downloaded, filled in, checked cell by cell, taken over."""

import json
from typing import Any

from flask import Response, g, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.kinds import XLSX
from casework.files.views import download
from casework.rounds.actions.sheets import take_sheet
from casework.rounds.fill_forms import SheetForm, SheetTakeForm
from casework.rounds.queries.filling import Card, FillPage, fill_page
from casework.rounds.queries.rounds import round_for
from casework.rounds.sheet_reading import Check, Found, check_sheet, read_sheet
from casework.rounds.sheets import Column, Words, columns_of, report_workbook
from casework.rounds.views import bp
from casework.rounds.views.words import report_value, round_name
from casework.rules.errors import Stale
from casework.rules.report_forms import Field, FieldKind, MeasureFacts
from casework.rules.roles import Permission
from casework.rules.rounds import WITH_CITY
from casework.web.door import requires
from casework.web.filters import tonnes
from casework.web.forms import Page, finish, page
from casework.web.i18n import LANGUAGES, listed
from casework.web.typed import forget, keep, kept_pairs


@bp.get("/rounds/<int:round_id>/report.xlsx")
@requires(Permission.ROUND_REPORT)
def sheet_download(round_id: int) -> Response:
    """Give the units that are still to be reported as a workbook to fill in."""
    fill = _fill(round_id)
    words = Words(
        head=_head,
        value=lambda field, value: str(report_value(field, value, plain=True)),
        measure=_measure,
        hint=_hint,
        titles=(_("To fill in"), _("Last time"), _("Explanations")),
        guide=(_("Column"), _("What is entered")),
    )
    content = report_workbook(_in_hand(fill), words)
    return download(content, f"{round_name(fill.round)} {current_user.region.name} {g.today}.xlsx", XLSX.media_type)


@bp.route("/rounds/<int:round_id>/report/sheet", methods=["GET", "POST"])
@requires(Permission.ROUND_REPORT)
def sheet_page(round_id: int) -> Page:
    """Take a filled-in workbook, to be checked."""
    fill, form = _fill(round_id), SheetForm()
    if form.validate_on_submit():
        with form.refusals():
            found = read_sheet(*form.upload(), _heads(fill))
            kept = [("rows", json.dumps([one.plain() for one in found], ensure_ascii=False))]
            keep(_key(round_id), kept, account_id=current_user.id, now=g.now)
            return finish(url_for("rounds.sheet_check", round_id=round_id))
    return page("rounds/sheet.html", form, fill=fill, round=fill.round)


@bp.route("/rounds/<int:round_id>/report/sheet/check", methods=["GET", "POST"])
@requires(Permission.ROUND_REPORT)
def sheet_check(round_id: int) -> Page:
    """Show what the workbook would change and what is wrong with it, by cell; then take it over."""
    fill, form = _fill(round_id), SheetTakeForm()
    check = _checked(fill)
    form.open_on(fill)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(fill)
            take_sheet(check.rows, by=current_user, now=g.now, today=g.today)
            forget(_key(round_id), account_id=current_user.id)
            return finish(
                url_for("rounds.fill", round_id=round_id), _("The workbook is taken over: look it through and submit.")
            )
    return page("rounds/sheet_check.html", form, fill=fill, round=fill.round, check=check)


def _fill(round_id: int) -> FillPage:
    return fill_page(round_for(current_user, round_id), current_user, now=g.now, today=g.today)


def _key(round_id: int) -> str:
    return f"report sheet {round_id}"  # with blanks: no page can send what is kept under it


def _in_hand(fill: FillPage) -> list[Card]:
    return [card for card in fill.cards if card.report.state in WITH_CITY]


def _checked(fill: FillPage) -> Check:
    pairs = dict(kept_pairs(_key(fill.round.id), account_id=current_user.id))
    if "rows" not in pairs:
        raise Stale("This workbook was taken over already, or not uploaded yet.")
    found = [Found.of(one) for one in json.loads(pairs["rows"])]
    return check_sheet(found, fill.cards, _choices(fill))


def _head(column: Column) -> str:
    if column.place is None:
        return str(_(column.label))
    field = _(column.field.label) if column.field else ""
    return str(_(column.label, number=column.place + 1, field=field))


def _heads(fill: FillPage) -> list[dict[str, str]]:
    """Return in each language which column a head names."""
    found = []
    for language in LANGUAGES:
        with force_locale(language):
            found.append({_head(column): column.key for column in columns_of(fill.cards)})
    return found


def _choices(fill: FillPage) -> dict[tuple[str, str], str]:
    """Return the value of each choice, by the label of its field and the word in any language."""
    found: dict[tuple[str, str], str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            for field in (one for card in fill.cards for one in card.form.fields):
                found |= {(field.label, str(_(word))): value for value, word in field.choices}
    return found


def _measure(measure: MeasureFacts) -> str:
    words = [_(measure.kind.label)]
    if measure.kind.brings_tonnes:
        words.append(_("%(tonnes)s t", tonnes=tonnes(measure.tonnes)))
    words.append(_("until %(day)s", day=measure.due_day.isoformat()))
    return " ".join(words)


def _hint(field: Field) -> str:
    """Say what is entered in a column."""
    parts: list[Any] = [_(field.hint)] if field.hint else []
    parts.append(
        {
            FieldKind.TONNES: _("Whole tonnes, 0 or more, without a unit."),
            FieldKind.MONEY: _("Yuan, with at most two decimals."),
            FieldKind.DAY: _("A day, as 2026-11-22."),
            FieldKind.CHOICE: _("One of the list: %(words)s.", words=listed(_(word) for _v, word in field.choices)),
            FieldKind.TEXT: _("Words, at most %(most)s characters.", most=field.most),
        }[field.kind]
    )
    if field.needed:
        parts.append(_("Must be filled in."))
    return " ".join(str(part) for part in parts)
