"""The administrator's pages of the region tree."""

import re

from flask import Response, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_list
from casework.rules.roles import Permission
from casework.users.actions import regions as actions
from casework.users.forms import NewRegionForm, RegionForm
from casework.users.models import Region, RegionKind
from casework.users.queries import all_regions, region_by_id
from casework.users.views import bp
from casework.web.door import requires
from casework.web.forms import Page, finish, page

_SEPARATORS = re.compile(r"[,，、;；\s]+")


@bp.get("/regions")
@requires(Permission.ACCOUNT_ADMIN)
def regions() -> Page:
    """Show the tree."""
    return page("users/regions.html", regions=all_regions())


@bp.get("/regions.xlsx")
@requires(Permission.ACCOUNT_ADMIN)
def regions_export() -> Response:
    """Return the tree as a workbook."""
    head = [
        _("Code"),
        _("Region's name"),
        _("Kind"),
        _("Above"),
        _("Government"),
        _("Ecology bureau"),
        _("Other names in tables"),
    ]
    tree = all_regions()
    names = {row.id: row.name for row in tree}
    body = (
        [
            row.code, row.name, _(row.kind.label), names[row.parent_id] if row.parent_id else "", row.government,
            row.bureau, "、".join(row.aliases),
        ]
        for row in tree
    )  # fmt: skip
    return download_list(_("Regions"), head, body)


@bp.route("/regions/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMIN)
def region_new() -> Page:
    """Hang a new region into the tree."""
    form = NewRegionForm(kind=RegionKind.CITY)
    _offer_choices(form, all_regions())
    if form.validate_on_submit():
        with form.refusals():
            parent = region_by_id(form.parent_id.data)
            actions.create_region(form.code.data.strip(), _facts(form), parent, by=current_user, now=g.now)
            return finish(url_for("users.regions"), _("The region was added."))
    return page("users/region_form.html", form, region=None)


@bp.route("/regions/<int:region_id>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_ADMIN)
def region_edit(region_id: int) -> Page:
    """Change a region; what hangs below it moves with it."""
    region = region_by_id(region_id)
    form = RegionForm(obj=region)
    _offer_choices(form, [node for node in all_regions() if not node.path.startswith(region.path)])
    if region.parent_id is None:
        del form.parent_id
    if not form.is_submitted():
        form.aliases.data = "、".join(region.aliases)
    form.open_on(region)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(region, form.columns_of(region) | {"aliases": "、".join(region.aliases)})
            parent = None if region.parent_id is None else region_by_id(form.parent_id.data)
            actions.change_region(region, _facts(form), parent, by=current_user, now=g.now)
            return finish(url_for("users.regions"), _("The region was changed."))
    return page("users/region_form.html", form, region=region)


def _offer_choices(form: RegionForm, above: list[Region]) -> None:
    form.kind.choices = [(kind, _(kind.label)) for kind in RegionKind]
    form.parent_id.choices = [(node.id, "　" * (node.path.count("/") - 2) + node.name) for node in above]


def _facts(form: RegionForm) -> actions.RegionFacts:
    return actions.RegionFacts(
        name=form.name.data.strip(), kind=form.kind.data, position=form.position.data or 0,
        aliases=[alias for alias in _SEPARATORS.split(form.aliases.data or "") if alias],
        government=(form.government.data or "").strip(), bureau=(form.bureau.data or "").strip(),
    )  # fmt: skip
