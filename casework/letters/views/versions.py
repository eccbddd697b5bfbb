"""What changed between two versions of a letter's text, and why its reply is due on its day."""

from datetime import date

from flask import abort
from flask_login import current_user

from casework.letters.comparison import compared
from casework.letters.content import stored_facts
from casework.letters.models import Letter
from casework.letters.queries import is_department, letter_for, text_of
from casework.letters.views import bp
from casework.registry.calendar import working_calendar
from casework.rules.explaining import Chosen, Counted, explain
from casework.rules.letters import LetterState
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


@bp.route("/letters/<int:letter_id>/reply-day")
@requires(Permission.LETTER_SEE)
def reply_day(letter_id: int) -> Page:
    """Explain the reply day; who received the letter reads it there, and how it was counted is the department's."""
    letter = letter_for(current_user, letter_id)
    day = letter.reply_due or abort(404)
    facts = _reply_facts(letter, day) if is_department(current_user) else Chosen(day)
    return page("letters/reply_day.html", letter=letter, found=explain(facts, working_calendar()))


def _reply_facts(letter: Letter, day: date) -> Counted | Chosen:
    if letter.reply_from is None or letter.reply_days is None:
        return Chosen(day)
    submitted = letter.state is not LetterState.DRAFT
    return Counted(
        letter.reply_from, letter.reply_days, day if submitted else None, signed=letter.signed_at is not None
    )
