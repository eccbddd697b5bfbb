"""The administrator's page of settings."""

from flask import Blueprint, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.rules.roles import Permission
from casework.settings.actions import change_setting, hold_settings
from casework.settings.declared import DECLARED
from casework.settings.forms import settings_form
from casework.settings.queries import all_settings, settings_version
from casework.web.door import requires
from casework.web.forms import Page, finish, page

bp = Blueprint("settings", __name__)


@bp.route("/settings", methods=["GET", "POST"])
@requires(Permission.SETTINGS_EDIT)
def settings() -> Page:
    """Show every setting with its help, and change them together."""
    if request.method == "POST":
        hold_settings()
    values = all_settings()
    form = settings_form(values)
    version = settings_version()
    form.open_on(version)
    if form.validate_on_submit():
        with form.refusals():
            form.check_version(version, values)
            for key in DECLARED:
                change_setting(key, form[key].data, by=current_user, now=g.now)
            return finish(url_for("settings.settings"), _("The settings were changed."))
    return page("settings/settings.html", form, declared=DECLARED, values=values)
