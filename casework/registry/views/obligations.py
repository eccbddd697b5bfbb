"""Obligations: list by year, page of one, and what is entered or corrected by hand."""

from flask import g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from casework.files.views import download_list
from casework.registry import lists
from casework.registry.actions.obligations import add_surrender, correct_obligation, enter_obligation
from casework.registry.forms import CorrectionForm, ObligationForm, SurrenderForm
from casework.registry.models import ComplianceYear
from casework.registry.queries import (
    all_years,
    corrections_of,
    enterprise_by_id,
    obligation_by_id,
    obligations_of,
    surrenders_of,
    year_by_id,
)
from casework.registry.views import bp
from casework.registry.views.page_parts import region_chips, tabs
from casework.rules.roles import Permission
from casework.users.queries import names_of
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.lists import Chip, Listing, whole_list


@bp.get("/obligations")
@requires(Permission.REGISTRY_SEE)
def obligations() -> Page:
    """What is owed in a compliance year, the largest shortfall first."""
    years = all_years()
    args = _with_year(years)
    asked = lists.read_filter(args)
    listing = lists.listed(lists.obligations(asked, current_user), lists.OBLIGATION_ORDER, args)
    return render_template(
        "registry/obligations.html",
        listing=listing,
        asked=asked,
        year=next((year for year in years if year.id == asked.year_id), None),
        tabs=tabs(),
        years=[(y.label, listing.url(year=y.id, page=None), y.id == asked.year_id) for y in years],
        regions=region_chips(listing, asked),
        standings=_standing_chips(listing, asked),
        export=listing.export_url("registry.obligations_export"),
    )


@bp.get("/obligations.xlsx")
@requires(Permission.REGISTRY_SEE)
def obligations_export() -> Page:
    """The same list as a workbook, with the heads by which it can be imported again."""
    args = _with_year(all_years())
    asked = lists.read_filter(args)
    rows = whole_list(lists.obligations(asked, current_user), lists.OBLIGATION_ORDER, args)
    head = [
        _("Enterprise"), _("Credit code"), _("Region"), _("Sector"), _("Verified emissions (t)"),
        _("Final allocation (t)"), _("Due (t)"), _("Surrendered (t)"), _("Short (t)"), _("Last surrender day"),
        _("Remark"),
    ]  # fmt: skip
    body = (
        [
            row.enterprise.name, row.enterprise.code, row.enterprise.region.name, _(row.enterprise.sector.label),
            row.verified, row.allocation, row.due, row.surrendered, row.short, row.last_surrender_day, row.note,
        ]
        for row in rows
    )  # fmt: skip
    label = rows[0].year.label if rows else ""
    return download_list(_("Obligations %(year)s", year=label).strip(), head, body)


@bp.get("/obligations/<int:obligation_id>")
@requires(Permission.REGISTRY_SEE)
def obligation(obligation_id: int) -> Page:
    """One obligation with every dated row behind its figures."""
    owed = obligation_by_id(obligation_id, current_user)
    surrenders = surrenders_of([owed.id]).get(owed.id, [])
    corrections = corrections_of([owed.id]).get(owed.id, [])
    return render_template(
        "registry/obligation.html",
        owed=owed,
        surrenders=surrenders,
        corrections=corrections,
        names=names_of([*(row.recorded_by_id for row in surrenders), *(row.recorded_by_id for row in corrections)]),
    )


@bp.route("/obligations/<int:obligation_id>/surrender", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def surrender_new(obligation_id: int) -> Page:
    """Record a surrender, or correct one by a negative quantity."""
    owed = obligation_by_id(obligation_id, current_user)
    form = SurrenderForm()
    form.way.choices = [("surrender", _("A surrender")), ("correction", _("A correction: taken back"))]
    form.open_on(owed)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(owed)
            reason = (form.reason.data or "").strip()
            add_surrender(owed, form.surrender_day, form.signed, reason=reason, by=current_user, now=g.now)
            url = url_for("registry.obligation", obligation_id=owed.id)
            return finish(url, _("The surrender was recorded; still short: %(short)s t.", short=f"{owed.short:,}"))
    return page("registry/surrender_form.html", form, owed=owed)


@bp.route("/obligations/<int:obligation_id>/correct", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def obligation_correct(obligation_id: int) -> Page:
    """Let other quantities hold from today on."""
    owed = obligation_by_id(obligation_id, current_user)
    form = CorrectionForm(obj=owed)
    form.open_on(owed)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(owed, form.columns_of(owed))
            correct_obligation(owed, form.quantities, reason=form.reason.data, by=current_user, now=g.now)
            url = url_for("registry.obligation", obligation_id=owed.id)
            return finish(url, _("The quantities were corrected; the earlier ones stay in the history."))
    return page("registry/correction_form.html", form, owed=owed)


@bp.route("/enterprises/<int:enterprise_id>/obligations/new", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def obligation_new(enterprise_id: int) -> Page:
    """Enter what an enterprise owes for a year that is not in the register yet."""
    unit = enterprise_by_id(enterprise_id, current_user)
    form = ObligationForm()
    taken = {one.year_id for one in obligations_of([unit.id])}
    form.year_id.choices = [(year.id, year.label) for year in all_years() if year.id not in taken]
    if form.validate_on_submit():
        with form.refusals():
            year = year_by_id(form.year_id.data)
            owed = enter_obligation(unit, year, form.quantities, by=current_user, now=g.now)
            return finish(url_for("registry.obligation", obligation_id=owed.id), _("The obligation was entered."))
    return page("registry/obligation_form.html", form, unit=unit)


def _with_year(years: list[ComplianceYear]) -> MultiDict[str, str]:
    """The URL's arguments, with the latest year where none is named."""
    args = MultiDict(request.args)
    if not args.get("year", "").isdigit() and years:
        args["year"] = str(years[0].id)
    return args


def _standing_chips(listing: Listing, asked: lists.Filter) -> list[Chip]:
    words = {"short": _("Short"), "nothing": _("Nothing surrendered"), "complete": _("Nothing owed")}
    return listing.chips("standing", asked.standing, [(name, words[name]) for name in lists.STANDINGS])
