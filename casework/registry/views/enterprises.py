"""Enterprises: list, page of one, entering and changing."""

from typing import Any

from flask import current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.registry import lists
from casework.registry.actions.enterprises import change_enterprise, enter_enterprise
from casework.registry.forms import EnterpriseForm, NewEnterpriseForm, UnitForm
from casework.registry.models import Sector
from casework.registry.queries import (
    current_cycle,
    enterprise_by_id,
    obligations_of,
    trades_of,
)
from casework.registry.views import bp
from casework.registry.views.page_parts import region_chips, tabs
from casework.rules.errors import NotFound
from casework.rules.roles import Permission
from casework.users.models import Region
from casework.users.queries import regions_seen_by
from casework.web.door import requires
from casework.web.forms import Page, finish, page
from casework.web.lists import whole_list

CASES = "cases.case_list"  # a page of a feature above this one


@bp.get("/enterprises")
@requires(Permission.REGISTRY_SEE)
def enterprises() -> Page:
    """The enterprises within reach, with what they owe in the current cycle."""
    asked = lists.read_filter(request.args)
    listing = lists.listed(lists.enterprises(asked, current_user), lists.ENTERPRISE_ORDER, request.args)
    cycle = current_cycle(g.now)
    standings = lists.standings([row.id for row in listing.rows], cycle.id) if cycle else {}
    return render_template(
        "registry/enterprises.html",
        listing=listing,
        asked=asked,
        cycle=cycle,
        standings=standings,
        tabs=tabs(),
        regions=region_chips(listing, asked),
        sectors=listing.chips("sector", asked.sector, [(one, _(one.label)) for one in Sector]),
        export=listing.export_url("registry.enterprises_export"),
    )


@bp.get("/enterprises.xlsx")
@requires(Permission.REGISTRY_SEE)
def enterprises_export() -> Page:
    """The same list as a workbook."""
    asked = lists.read_filter(request.args)
    rows = whole_list(lists.enterprises(asked, current_user), lists.ENTERPRISE_ORDER, request.args)
    head = [_("Enterprise"), _("Credit code"), _("Region"), _("Sector"), _("Contact person"), _("Telephone")]
    return download_list(
        _("Enterprises"),
        head,
        ([row.name, row.code, row.region.name, _(row.sector.label), row.contact, row.phone] for row in rows),
    )


@bp.get("/enterprises/<int:enterprise_id>")
@requires(Permission.REGISTRY_SEE)
def enterprise(enterprise_id: int) -> Page:
    """One enterprise: what it owed and surrendered in each year, and its trades."""
    unit = enterprise_by_id(enterprise_id, current_user)
    owed = obligations_of([unit.id])
    return render_template(
        "registry/enterprise.html",
        unit=unit,
        owed=owed,
        trades=trades_of(unit.id),
        cases_url=url_for(CASES, q=unit.code) if CASES in current_app.view_functions else None,
        bars=[(one.year.label, one.due, one.surrendered, one.short) for one in reversed(owed)],
    )


@bp.route("/enterprises/new", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def enterprise_new() -> Page:
    """Enter an enterprise."""
    form = NewEnterpriseForm(sector=Sector.POWER)
    regions = _offer_choices(form)
    if form.validate_on_submit():
        with form.refusals():
            unit = enter_enterprise(
                code=form.code.data,
                name=form.name.data,
                region=_chosen(regions, form.region_id.data),
                sector=form.sector.data,
                contact=form.contact.data or "",
                phone=form.phone.data or "",
                by=current_user,
                now=g.now,
            )
            return finish(url_for("registry.enterprise", enterprise_id=unit.id), _("The enterprise was entered."))
    return page("registry/enterprise_form.html", form, unit=None)


@bp.route("/enterprises/<int:enterprise_id>/edit", methods=["GET", "POST"])
@requires(Permission.REGISTRY_EDIT)
def enterprise_edit(enterprise_id: int) -> Page:
    """Change what the register says about an enterprise."""
    unit = enterprise_by_id(enterprise_id, current_user)
    form = EnterpriseForm(obj=unit)
    regions = _offer_choices(form)
    form.open_on(unit)
    if form.validate_on_submit():
        form.check_version(unit, form.columns_of(unit))
        with form.refusals():
            region = _chosen(regions, form.region_id.data)
            change_enterprise(unit, region=region, **_typed(form), by=current_user, now=g.now)
            return finish(url_for("registry.enterprise", enterprise_id=unit.id), _("The enterprise was changed."))
    return page("registry/enterprise_form.html", form, unit=unit)


def _typed(form: EnterpriseForm) -> dict[str, Any]:
    """Return what was typed, besides the region."""
    return {
        "name": form.name.data,
        "sector": form.sector.data,
        "contact": form.contact.data or "",
        "phone": form.phone.data or "",
        "struck_off_day": form.struck_off_day.data,
    }


def _offer_choices(form: UnitForm) -> list[Region]:
    """Offer the regions within reach that may have units, and the sectors."""
    regions = [region for region in regions_seen_by(current_user) if region.parent_id is not None]
    form.region_id.choices = [(region.id, region.name) for region in regions]
    form.sector.choices = [(sector.value, _(sector.label)) for sector in Sector]
    return regions


def _chosen(regions: list[Region], region_id: int) -> Region:
    for region in regions:
        if region.id == region_id:
            return region
    raise NotFound("There is no such region.")
