"""How rounds and reports are called, and what a case page shows of them."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from casework.cases.models import Case
from casework.letters.models import Letter
from casework.rounds.models import Correction, RecordProposal, Report, Round
from casework.rounds.queries.one_report import OnCase, WholeReport, reports_on_case
from casework.rounds.queries.overview import ReportLine
from casework.rounds.queries.proposals import proposals_to_decide
from casework.rounds.queries.rounds import round_behind
from casework.rounds.views import bp
from casework.rules.deadlines import day_of
from casework.rules.errors import RuleError
from casework.rules.letters import LetterKind
from casework.rules.report_forms import Field, FieldKind, from_stored
from casework.rules.reports import Problem
from casework.rules.roles import Permission
from casework.rules.rounds import ReportState, report_label
from casework.rules.words import N_
from casework.web.filters import NOTHING, day, money, tonnes
from casework.web.forms import say
from casework.web.i18n import translated
from casework.web.marks import badge


@bp.app_template_filter("round_name")
def round_name(round_: Round) -> str:
    """Name a round by its cycle and number."""
    return str(_("Round %(number)s of %(cycle)s", number=round_.number, cycle=round_.cycle.label))


@bp.app_template_filter("field_name")
def field_name(field: Field) -> str:
    """Name a field; one of a measure after the measure."""
    if field.measure is None:
        return translated(field.label)
    return translated(
        N_("%(measure)s: %(field)s"), measure=translated(field.measure.label), field=translated(field.label)
    )


@bp.app_template_global("report_value")
def report_value(field: Field, value: Any, plain: bool = False) -> Any:
    """Write a value as its kind is written; `plain` leaves numbers and days to the workbook."""
    if value is None or value == "":
        return "" if plain else NOTHING
    if field.kind is FieldKind.CHOICE:
        return translated(field.word(value))
    if plain or isinstance(value, str):
        return value
    if isinstance(value, date):
        return day(value)
    return money(value) if isinstance(value, Decimal) else tonnes(value)


@bp.app_template_global("typed_words")
def typed_words(field: Field | None, text: str) -> str:
    """Write what was typed as people read it: a choice by its word."""
    return str(_(field.word(text))) if field is not None and field.word(text) else text


@bp.app_template_global("proposal_words")
def proposal_words(proposal: RecordProposal) -> str:
    """Say what a proposal would change."""
    measure = proposal.measure
    if measure is None:
        return str(_(proposal.kind.label))
    if proposal.report_id is None and (proposal.after or 0) < measure.tonnes:
        return str(_("%(measure)s: brought so far", measure=_(measure.kind.label)))
    return str(_("%(measure)s: done", measure=_(measure.kind.label)))


@bp.app_template_global("proposals_of_case")
def proposals_of_case(case: Case) -> Sequence[RecordProposal]:
    """Return what waits for a decision on a case, to whoever may see its reports."""
    return proposals_to_decide(case) if current_user.may(Permission.ROUND_SEE) else ()


@bp.app_template_global("reports_of_case")
def reports_of_case(case: Case) -> OnCase | None:
    """Return what a case page shows of the case's reports to whoever may see them."""
    if not current_user.may(Permission.ROUND_SEE):
        return None
    return reports_on_case(case, current_user, today=g.today)


@bp.app_template_global("round_of_letter")
def round_of_letter(letter: Letter) -> Round | None:
    """Return the round that a bulletin was made from or a notice asks for, to whoever may see it."""
    of_a_round = letter.kind in (LetterKind.BULLETIN, LetterKind.NOTICE)
    return round_behind(letter, current_user) if of_a_round and current_user.may(Permission.ROUND_SEE) else None


@bp.app_template_filter("problem_words")
def problem_words(problem: Problem) -> str:
    """Say what a check found."""
    return say(RuleError(problem.message, problem.name, **problem.params))


@bp.app_template_filter("correction_rows")
def correction_rows(correction: Correction, whole: WholeReport) -> list[tuple[str, str, str]]:
    """Return field, before and after of each change of a correction; of a measure that is gone, its plain name."""
    fields = whole.by_name
    return [
        (field_name(fields[name]), _kept(fields[name], before), _kept(fields[name], after))
        if name in fields
        else (name, str(before), str(after))
        for name, (before, after) in correction.changes.items()
    ]


def _kept(field: Field, stored: Any) -> str:
    return str(report_value(field, from_stored(field, stored)))


bp.add_app_template_filter(day_of, "day_of")


_LOOKS = {
    ReportState.TO_REPORT: "quiet",
    ReportState.SUBMITTED: "accent",
    ReportState.ACCEPTED: "done",
    ReportState.RETURNED: "overdue",
}


@bp.app_template_global("report_badge")
def report_badge(report: Report | ReportLine, due_at: datetime) -> Markup:
    """Say how a report stands, whether it came late, and whether nothing changed: a function, for a list shows many."""
    shown = badge(translated(report_label(report.state, report.return_reason)), _LOOKS[report.state])
    if report.first_submitted_at is None:
        return shown
    if report.first_submitted_at >= due_at:
        shown += _BLANK + badge(translated(N_("late")), "soon", "clock")
    if report.state.is_given and report.no_change and not report.changed:
        shown += _BLANK + badge(translated(N_("no change")), "quiet")
    return shown


_BLANK = Markup(" ")
