"""Files of a case: adding and taking them."""

from flask import Response, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions.files import attach_to_case
from casework.cases.forms.notes import FilesForm
from casework.cases.queries.hanging import file_of
from casework.cases.queries.one_case import case_for
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.files.views import download_file
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/cases/<int:case_id>/files/new", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def new_files(case_id: int) -> Page:
    """Add files that belong to the case as a whole."""
    case = case_at_hand(case_id)
    form = FilesForm()
    form.open_on(case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            attach_to_case(case, form.title.data, form.files.uploads, by=current_user, now=g.now, today=g.today)
            back = url_for("cases.case_page", case_id=case.id, _anchor="files")
            return finish(back, _("The files were added to the case."))
    return page("cases/files.html", form, case=case)


@bp.route("/cases/<int:case_id>/files/<int:case_file_id>")
@requires(Permission.CASE_SEE)
def take_file(case_id: int, case_file_id: int) -> Response:
    """Hand out a file of a case to whoever may see the case."""
    return download_file(file_of(case_for(current_user, case_id), case_file_id))
