"""The list of rounds, a new one, and a round at a glance."""

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.letters.models import Letter
from casework.letters.queries import letter_for
from casework.registry.calendar import working_calendar
from casework.registry.queries import all_cycles, current_of, cycle_by_id
from casework.rounds.actions.notices import draft_notice
from casework.rounds.actions.opening import open_round
from casework.rounds.forms import ReviewManyForm, RoundForm
from casework.rounds.models import Round
from casework.rounds.queries.overview import (
    MANY,
    UnitRow,
    all_units,
    read_wanted,
    region_rows,
    standing_out,
    totals_of,
    unit_list,
)
from casework.rounds.queries.rounds import bulletins_from, last_round, round_for, round_list_page
from casework.rounds.views import bp
from casework.rounds.views.region_lines import region_columns
from casework.rounds.views.words import report_value, round_name
from casework.rules.deadlines import SHANGHAI, day_of
from casework.rules.errors import NotFound
from casework.rules.report_forms import fields_of
from casework.rules.roles import Permission
from casework.rules.rounds import due_moment, report_label
from casework.users.queries import region_names
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.get("/rounds")
@requires(Permission.ROUND_SEE)
def round_list() -> Page:
    """Show the rounds the reader may see, the newest first, with what came of each."""
    return page("rounds/round_list.html", None, listing=round_list_page(current_user, request.args))


@bp.get("/rounds.xlsx")
@requires(Permission.ROUND_SEE)
def rounds_export() -> Response:
    """Give the list of rounds as a workbook."""
    rows = round_list_page(current_user, request.args, whole=True).rows
    head = [
        _("Round"), _("Period"), _("Due"), _("State"), _("Number of units"), _("Reported"), _("Passed review"),
        _("Reported late"),
    ]  # fmt: skip
    body = (
        [
            round_name(row.round), f"{row.round.period_first} – {row.round.period_last}", row.round.due_at,
            _(row.round.state.label), row.units, row.given, row.accepted, row.late,
        ]
        for row in rows
    )  # fmt: skip
    return download_list(_("Reporting rounds"), head, body)


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(Permission.ROUND_EDIT)
def new_round() -> Page:
    """Open a round by hand."""
    form = _round_form()
    if form.validate_on_submit():
        with form.refusals():
            made = open_round(cycle_by_id(int(form.cycle.data)), form.facts(), by=current_user, now=g.now)
            return finish(
                url_for("rounds.round_page", round_id=made.id), _("The round is open: the cities see it now.")
            )
    return page("rounds/round_form.html", form)


def _round_form() -> RoundForm:
    """Make the form with what usually fits: since the last round, three working days to report."""
    cycles = all_cycles()
    cycle = current_of(cycles, g.now) or abort(404)
    due = due_moment(g.now, 3, working_calendar()).astimezone(SHANGHAI)
    last = last_round(cycle.id)
    begins = min(day_of(last.due_at), g.today) if last else g.today
    form = RoundForm(
        cycle=str(cycle.id), period_first=begins, period_last=g.today, due_day=due.date(), due_hour=due.time()
    )
    form.offer(region_names(current_user))
    form.offer_cycles(cycles)
    return form


@bp.get("/rounds/<int:round_id>")
@requires(Permission.ROUND_SEE)
def round_page(round_id: int) -> Page:
    """Show who has reported, what changed, which units worsen, where reports contradict the register."""
    round_ = round_for(current_user, round_id)
    regions = region_rows(round_, current_user)
    totals, wanted = totals_of(regions), read_wanted(request.args)
    units = unit_list(round_, wanted, current_user, request.args, totals=totals)
    waits = totals["given"] > totals["accepted"] and current_user.may(Permission.ROUND_REVIEW)
    form = ReviewManyForm() if waits else None
    return page(
        "rounds/round_page.html", form, round=round_, regions=regions, totals=totals, wanted=wanted, units=units,
        chips=_chips(totals), letter=_notice_of(round_), bulletins=bulletins_from(round_, current_user),
        first=standing_out(regions) if len(regions) > MANY else None,
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>/regions")
@requires(Permission.ROUND_SEE)
def round_regions(round_id: int) -> Page:
    """Show every region of a round, where the round's own page shows those that stand out."""
    round_ = round_for(current_user, round_id)
    regions = region_rows(round_, current_user)
    return page("rounds/regions.html", None, round=round_, regions=regions, totals=totals_of(regions))


@bp.get("/rounds/<int:round_id>/regions.xlsx")
@requires(Permission.ROUND_SEE)
def regions_export(round_id: int) -> Response:
    """Give the regions of a round as a workbook."""
    round_ = round_for(current_user, round_id)
    body = (
        [
            row.name, row.given, row.complete_at, row.missing, row.waiting, row.late, row.changed, row.worse,
            row.at_risk, row.contradicting, row.to_buy,
        ]
        for row in region_rows(round_, current_user)
    )  # fmt: skip
    return download_list(round_name(round_), [column["label"] for column in region_columns()], body)


def _notice_of(round_: Round) -> Letter | None:
    """Return the notice, where the reader may see it."""
    try:
        return letter_for(current_user, round_.letter_id) if round_.letter_id else None
    except NotFound:
        return None


def _chips(totals: dict[str, int]) -> Sequence[tuple[str, str, int]]:
    """Return value, words and number of what the list of units may be narrowed to."""
    return (
        ("waiting", _("to be reviewed"), totals["given"] - totals["accepted"]),
        ("missing", _("not reported"), totals["units"] - totals["given"]),
        ("returned", _("sent back"), totals["returned"]),
        ("changed", _("changed since the last round"), totals["changed"]),
        ("worse", _("stands worse"), totals["worse"]),
        ("risk", _("high risk"), totals["at_risk"]),
        ("contradicting", _("contradicts the records"), totals["contradicting"]),
        ("late", _("late"), totals["late"]),
        ("accepted", _("passed review"), totals["accepted"]),
    )


@bp.post("/rounds/<int:round_id>/notice")
@requires(Permission.ROUND_EDIT)
def draft_round_notice(round_id: int) -> Page:
    """Draft the notice of a round, and lead to it."""
    letter = draft_notice(
        round_for(current_user, round_id), calendar=working_calendar(), by=current_user, now=g.now, today=g.today
    )
    message = _("The notice was drafted. Look it over and submit it.")
    return finish(url_for("letters.letter_page", letter_id=letter.id), message)


@bp.get("/rounds/<int:round_id>/units.xlsx")
@requires(Permission.ROUND_SEE)
def units_export(round_id: int) -> Response:
    """Give the units of a round as they are filtered now, with every field, as a workbook."""
    round_ = round_for(current_user, round_id)
    fields = fields_of(round_.form_version)
    rows = all_units(round_, read_wanted(request.args), current_user, request.args)
    head = [_("Region"), _("Unit"), _("Credit code"), _("State"), _("Reported late"), *(_(one.label) for one in fields)]
    body = (
        [*_about(round_, row), *(report_value(one, row.values.get(one.name), plain=True) for one in fields)]
        for row in rows
    )
    return download_list(round_name(round_), head, body)


def _about(round_: Round, row: UnitRow) -> list[Any]:
    report = row.report
    late = report.first_submitted_at is not None and report.first_submitted_at >= round_.due_at
    stands = _(report_label(report.state, report.return_reason))
    return [report.region, report.unit, report.code, stands, _("yes") if late else _("no")]
