"""Putting units on the problem list, and handing cases out, singly or many at once; each row stands for itself."""

from collections.abc import Callable, Iterable

from flask import abort, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.audit.actions import commit, roll_back
from casework.cases.actions import listing
from casework.cases.forms.lists import AssignManyForm, ListingForm
from casework.cases.queries.one_case import case_to_change
from casework.cases.queries.proposals import listable, proposals
from casework.cases.views import bp
from casework.cases.views.lists import cycle_asked
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, enterprise_by_id
from casework.rules.errors import RuleError
from casework.rules.roles import Permission, Role
from casework.users.queries import account_by_id, accounts_with
from casework.web.door import requires
from casework.web.forms import Page, finish, page, say

Result = tuple[str, str]  # what the row is called, and why it failed or nothing


@bp.route("/cases/proposals", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def proposals_page() -> Page:
    """Show the units that belong on the list with the reasons, and list those that are chosen."""
    cycle = cycle_asked(all_cycles()) or abort(404)
    form = _listing_form(reason=_("The records show that the unit may not meet its obligation."))
    chosen = [int(one) for one in request.form.getlist("ids") if one.isdecimal()]
    if form.validate_on_submit():
        if chosen:
            return _shown(_each(chosen, lambda one: _list(one, cycle, form)), url_for("cases.listed"))
        form.refused.append(_("Choose at least one unit."))
    found = proposals(cycle, current_user, now=g.now)
    return page("cases/proposals.html", form, cycle=cycle, proposals=found, chosen=chosen)


@bp.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def new_case() -> Page:
    """List a unit by hand: find it, then say why."""
    cycle = cycle_asked(all_cycles()) or abort(404)
    words, unit_id = request.args.get("q", "").strip()[:60], request.args.get("unit", "")
    if not unit_id.isdecimal():
        units = listable(cycle, current_user, words) if len(words) > 1 else []
        return page("cases/find_unit.html", None, cycle=cycle, words=words, units=units)
    unit, form = enterprise_by_id(int(unit_id), current_user), _listing_form()
    if form.validate_on_submit():
        with form.refusals():
            case_id = _list(unit.id, cycle, form)
            return finish(url_for("cases.case_page", case_id=case_id), _("The unit was put on the problem list."))
    return page("cases/new_case.html", form, cycle=cycle, unit=unit)


def _listing_form(**defaults: object) -> ListingForm:
    deadline = listing.first_deadline(g.today)
    return ListingForm.offering(accounts_with(Role.OFFICER), working_deadline=deadline, **defaults)


def _list(enterprise_id: int, cycle: Cycle, form: ListingForm) -> int:
    officer = account_by_id(int(form.officer.data)) if form.officer.data else None
    case = listing.list_unit(
        enterprise_by_id(enterprise_id, current_user), cycle, causes=form.chosen_causes, reason=form.reason.data,
        officer=officer, working_deadline=form.working_deadline.data, by=current_user, now=g.now, today=g.today,
    )  # fmt: skip
    g.row_name = case.enterprise.name
    return case.id


@bp.route("/cases/assign", methods=["POST"])
@requires(Permission.CASE_LIST)
def assign_many() -> Page:
    """Hand the chosen cases to an officer, each in a transaction of its own."""
    form = AssignManyForm.offering(accounts_with(Role.OFFICER))
    chosen = [int(one) for one in request.form.getlist("ids") if one.isdecimal()]
    if not form.validate() or not chosen:
        raise RuleError("Choose an officer and at least one case.")
    officer_id = int(form.officer.data)

    def assign(case_id: int) -> None:
        case = case_to_change(current_user, case_id)
        g.row_name = case.enterprise.name
        listing.assign(case, account_by_id(officer_id), by=current_user, now=g.now, today=g.today)

    return _shown(_each(chosen, assign), url_for("cases.listed"))


def _each(ids: Iterable[int], deed: Callable[[int], object]) -> list[Result]:
    """Do a deed for each row in a transaction of its own, and say of each how it went."""
    results: list[Result] = []
    for one in ids:
        g.row_name = str(one)
        try:
            deed(one)
            commit()
            results.append((g.row_name, ""))
        except RuleError as refusal:
            roll_back()
            results.append((g.row_name, say(refusal)))
    return results


def _shown(results: list[Result], url: str) -> Response:
    session["bulk_result"] = results
    return redirect(url, 303)


@bp.route("/cases/result")
@requires(Permission.CASE_LIST)
def listed() -> Page:
    """Show what became of each row of the last action on many; the page stays until the next one."""
    return page("cases/result.html", None, results=session.get("bulk_result", []))
