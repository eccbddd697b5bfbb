"""What changed between two versions of a letter's text."""

from flask import abort
from flask_login import current_user

from casework.letters.comparison import compared
from casework.letters.content import stored_facts
from casework.letters.queries import is_department, letter_for, text_of
from casework.letters.views import bp
from casework.rules.roles import Permission
from casework.web.door import requires
from casework.web.forms import Page, page


@bp.route("/letters/<int:letter_id>/versions/<int:old>/<int:new>")
@requires(Permission.LETTER_SEE)
def versions(letter_id: int, old: int, new: int) -> Page:
    """Show two versions side by side; what the department wrote on the way is the department's alone."""
    letter = letter_for(current_user, letter_id)
    if not is_department(current_user):
        abort(404)
    before, after = text_of(letter_id, old), text_of(letter_id, new)
    lines = list(compared(stored_facts(before.content), stored_facts(after.content)))
    return page("letters/versions.html", letter=letter, before=before, after=after, lines=lines)
