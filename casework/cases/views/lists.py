"""The problem list: as a list, as a board, as a workbook."""

from collections.abc import Sequence
from datetime import date

from flask import Response, abort, g, request
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.forms.lists import AssignManyForm
from casework.cases.queries.board import board_of
from casework.cases.queries.case_list import Row, all_rows, case_list, read_filter
from casework.cases.queries.proposals import how_many_proposed
from casework.cases.views import bp
from casework.cases.views.filters import chips_of
from casework.cases.views.foreseen import what_is_foreseen
from casework.files.kinds import XLSX
from casework.files.views import download
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, current_of
from casework.rules.causes import Cause
from casework.rules.roles import Permission, Role
from casework.rules.workflow import OPEN_STATES
from casework.users.queries import Person, people_with, region_names
from casework.web.door import requires
from casework.web.forms import Page
from casework.web.forms import page as render
from casework.web.i18n import listed
from casework.web.xlsx import Out, workbook


def cycle_asked(cycles: Sequence[Cycle]) -> Cycle | None:
    """Return the cycle named in the URL, else the one whose deadline comes next."""
    return current_of(cycles, g.now, label=request.args.get("cycle"))


@bp.route("/cases", endpoint="case_list")
@requires(Permission.CASE_SEE)
def list_page() -> Page:
    """Show the problem list of a cycle, filtered, sorted and paged."""
    cycles = all_cycles()
    cycle = cycle_asked(cycles)
    if cycle is None:
        return render("cases/no_cycle.html")
    wanted = read_filter(request.args, cycle.id)
    regions, officers = region_names(current_user), people_with(Role.OFFICER)
    assign_form, proposed = _for_officers(cycle, officers)
    return render(
        "cases/case_list.html", assign_form, cycles=cycles, cycle=cycle, wanted=wanted,
        found=case_list(wanted, current_user, request.args, today=g.today), proposed=proposed, today=g.today,
        regions=regions, officers=officers, causes=list(Cause), chips=chips_of(wanted, regions, officers),
    )  # fmt: skip


def _for_officers(cycle: Cycle, officers: Sequence[Person]) -> tuple[AssignManyForm | None, int | None]:
    """Return what only those who keep the list see: the form that hands cases over, and how many are proposed."""
    if not current_user.may(Permission.CASE_LIST):
        return None, 0
    return AssignManyForm.offering(officers), how_many_proposed(
        cycle, current_user, now=g.now, foresee=what_is_foreseen()
    )


@bp.route("/cases/board")
@requires(Permission.CASE_SEE)
def board() -> Page:
    """Show the open cases of a cycle by state, the most urgent first."""
    cycles = all_cycles()
    cycle = cycle_asked(cycles)
    if cycle is None:
        return render("cases/no_cycle.html")
    wanted = read_filter(request.args, cycle.id)
    columns = board_of(wanted, current_user, states=OPEN_STATES, today=g.today)
    return render(
        "cases/board.html", None, cycles=cycles, cycle=cycle, wanted=wanted, columns=columns, today=g.today,
        regions=region_names(current_user),
    )  # fmt: skip


@bp.route("/cases.xlsx")
@requires(Permission.CASE_SEE)
def export() -> Response:
    """Give the list with its present filter as a workbook."""
    cycle = cycle_asked(all_cycles()) or abort(404)
    rows = all_rows(read_filter(request.args, cycle.id), current_user, request.args, today=g.today)
    head = [
        _("Unit"), _("Credit code"), _("Region"), _("State"), _("Cause"), _("Short (t)"), _("Gap rate (%)"),
        _("Officer"), _("Next due"), _("Provisional"), _("Letters"), _("Last news"),
    ]  # fmt: skip
    sheet = Out(_("Problem list"), [head, *map(_exported, rows)])
    name = f"{_('Problem list')} {cycle.label} {g.today}.xlsx"
    return download(workbook([sheet]), name, XLSX.media_type)


def _exported(row: Row) -> list[object]:
    causes = listed(_(cause.label) for cause in row.causes)
    day: date | None = row.next_due
    return [
        row.name, row.code, row.region, _(row.state.label), causes, row.short, row.gap_rate / 100,
        row.officer, day, _("provisional") if row.provisional else "", row.letters, row.news_at,
    ]  # fmt: skip
