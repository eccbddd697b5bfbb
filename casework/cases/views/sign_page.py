"""The leader's view of one letter: its pages, the facts behind it, the dialogs to sign and to return it."""

from flask import g, render_template, session
from flask_login import current_user

from casework.cases.queries.letters import earlier_replies
from casework.cases.views.letter_shown import shown
from casework.letters.forms import LetterStepForm
from casework.letters.models import Letter
from casework.letters.queries import waiting_for
from casework.rules.letters import LETTER_STEPS, LetterStep
from casework.users.models import Scope
from casework.users.queries import absent_colleagues
from casework.web.forms import Page

_LOOKED_AT = "letters_looked_at"  # in the session: number of the letter -> its version when its pages were shown
STEPS = (LetterStep.SIGN, LetterStep.RETURN_FROM_SIGNING)


def looked_at() -> dict[str, int]:
    """Return the letters that were looked at in this session, with the version that was shown."""
    return dict(session.get(_LOOKED_AT, {}))


def sign_page(letter: Letter, sent: LetterStepForm | None = None, step: LetterStep | None = None) -> Page | None:
    """Show the letter and note that it was looked at; None where it does not wait for this person.

    A form that was `sent` for a step and refused is shown again, in its dialog, with what was typed.
    """
    waiting = waiting_for(current_user)
    at = next((place for place, one in enumerate(waiting) if one.id == letter.id), None)
    if at is None:
        return None
    session[_LOOKED_AT] = looked_at() | {str(letter.id): letter.version}
    parts = shown(letter)
    forms = {one: sent if sent is not None and one is step else _form_of(letter, one) for one in STEPS}
    html = render_template(
        "letters/to_sign_one.html", letter=letter, waiting=waiting, at=at, sign=forms[LetterStep.SIGN], refused=sent,
        back=forms[LetterStep.RETURN_FROM_SIGNING], earlier=earlier_replies(letter.id, parts["named"]), **parts,
    )  # fmt: skip
    return (html, 422) if sent else html


def _form_of(letter: Letter, step: LetterStep) -> LetterStepForm:
    absent = absent_colleagues(current_user, scope=Scope.LETTERS, now=g.now)
    form = LetterStepForm.asking(LETTER_STEPS[step], absent, formdata=None).apart(step.value)
    form.open_on(letter)
    return form
