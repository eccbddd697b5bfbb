"""Putting units on the problem list, and handing cases out, singly or many at once; each row stands for itself."""

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.cases.actions import listing
from casework.cases.forms.lists import AssignManyForm, ListingForm
from casework.cases.models import Case
from casework.cases.queries.one_case import case_to_change
from casework.cases.queries.proposals import listable, proposals
from casework.cases.views import bp
from casework.cases.views.foreseen import what_is_foreseen
from casework.cases.views.lists import cycle_asked
from casework.files.views import download_list
from casework.registry.models import Cycle
from casework.registry.queries import all_cycles, cycle_by_label, enterprise_by_id
from casework.rules.errors import RuleError
from casework.rules.roles import Permission, Role
from casework.users.queries import account_by_id, people_with
from casework.web.bulk import chosen_ids, each_alone, last_results, named
from casework.web.door import requires
from casework.web.forms import Page, finish, page

_LISTED_AS = "台账显示该单位可能无法按期履约。"  # a record, and so in the office's language whoever reads the page


@bp.route("/cases/proposals", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def proposals_page() -> Page:
    """Show the units that belong on the list with the reasons, and list those that are chosen."""
    cycle = cycle_asked(all_cycles()) or abort(404)
    form = _listing_form(cycle, reason=_LISTED_AS)
    chosen = chosen_ids()
    if form.validate_on_submit():
        if chosen:
            return _list_many(chosen, cycle.label, form)
        form.refused.append(_("Choose at least one unit."))
    found = proposals(cycle, current_user, now=g.now, foresee=what_is_foreseen())
    return page("cases/proposals.html", form, cycle=cycle, proposals=found, chosen=chosen)


@bp.route("/cases/proposals.xlsx")
@requires(Permission.CASE_LIST)
def proposals_export() -> Response:
    """Return the proposed units with their reasons as a workbook."""
    cycle = cycle_asked(all_cycles()) or abort(404)
    head = [
        _("Unit"), _("Credit code"), _("Region"), _("Reasons"), _("Due (t)"), _("Surrendered (t)"), _("Short (t)"),
    ]  # fmt: skip
    body = (
        [
            one.name, one.code, one.region, _("; ").join(_(reason.label) for reason in one.reasons), one.due,
            one.surrendered, one.short,
        ]
        for one in proposals(cycle, current_user, now=g.now, foresee=what_is_foreseen())
    )  # fmt: skip
    return download_list(_("Proposals for the problem list"), head, body)


@bp.route("/cases/new", methods=["GET", "POST"])
@requires(Permission.CASE_LIST)
def new_case() -> Page:
    """List a unit by hand: find it, then say why."""
    cycle = cycle_asked(all_cycles()) or abort(404)
    words, unit_id = request.args.get("q", "").strip()[:60], request.args.get("unit", "")
    if not unit_id.isdecimal():
        units = listable(cycle, current_user, words) if len(words) > 1 else []
        return page("cases/find_unit.html", None, cycle=cycle, words=words, units=units)
    unit, form = enterprise_by_id(int(unit_id), current_user), _listing_form(cycle)
    if form.validate_on_submit():
        with form.refusals():
            case = _list(unit.id, cycle, form)
            return finish(url_for("cases.case_page", case_id=case.id), _("The unit was put on the problem list."))
    return page("cases/new_case.html", form, cycle=cycle, unit=unit)


def _listing_form(cycle: Cycle, **defaults: object) -> ListingForm:
    deadline = listing.first_deadline(cycle, g.today)
    return ListingForm.offering(people_with(Role.OFFICER), working_deadline=deadline, **defaults)


def _list(enterprise_id: int, cycle: Cycle, form: ListingForm) -> Case:
    officer = account_by_id(int(form.officer.data)) if form.officer.data else None
    return listing.list_unit(
        enterprise_by_id(enterprise_id, current_user), cycle, causes=form.chosen_causes, reason=form.reason.data,
        officer=officer, working_deadline=form.working_deadline.data, by=current_user, now=g.now, today=g.today,
    )  # fmt: skip


def _list_many(chosen: list[int], cycle_label: str, form: ListingForm) -> Response:
    def put(enterprise_id: int) -> str:
        name = enterprise_by_id(enterprise_id, current_user).name
        with named(name):
            _list(enterprise_id, cycle_by_label(cycle_label), form)
        return name

    return each_alone(chosen, put, result_url=url_for("cases.listed"))


@bp.route("/cases/assign", methods=["POST"])
@requires(Permission.CASE_LIST)
def assign_many() -> Page:
    """Hand the chosen cases to an officer, each in a transaction of its own."""
    form = AssignManyForm.offering(people_with(Role.OFFICER))
    chosen = chosen_ids()
    if not form.validate() or not chosen:
        raise RuleError("Choose an officer and at least one case.")
    officer_id = int(form.officer.data)

    def assign(case_id: int) -> str:
        case = case_to_change(current_user, case_id)
        name = case.enterprise.name
        with named(name):
            listing.assign(case, account_by_id(officer_id), by=current_user, now=g.now, today=g.today)
        return name

    return each_alone(chosen, assign, result_url=url_for("cases.listed"))


@bp.route("/cases/result")
@requires(Permission.CASE_LIST)
def listed() -> Page:
    """Show what became of each row of the last action on many; the page stays until the next one."""
    return page("cases/result.html", None, results=last_results())
