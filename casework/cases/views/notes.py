"""Pages of progress notes."""

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.cases.actions.notes import write_note
from casework.cases.forms.notes import NoteForm
from casework.cases.views import bp
from casework.cases.views.at_hand import case_at_hand
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page
from casework.web.typed import done, restore


@bp.route("/cases/<int:case_id>/notes/new", methods=["GET", "POST"])
@requires(Permission.CASE_REPORT)
def new_note(case_id: int) -> Page:
    """Write a progress note."""
    case = case_at_hand(case_id)
    form = NoteForm(day=g.today)
    typed = restore(form, f"note-new-{case.id}", case)
    if form.validate_on_submit():
        form.check_version(case)
        with form.refusals():
            write_note(
                case, form.day.data, form.text.data, form.files.uploads, by=current_user, now=g.now, today=g.today
            )
            back = url_for("cases.case_page", case_id=case.id, _anchor="notes")
            return done(typed, back, _("The note was added. Everybody who works on the case sees it now."))
    return page("cases/note.html", form, case=case, typed=typed)
