"""What a letter prints: the PDF and pictures of its pages."""

from flask import Response, abort, current_app, g
from flask_login import current_user

from casework.audit.actions import begin_writing, commit
from casework.files.views import download
from casework.letters.actions.printing import note_print
from casework.letters.content import with_gaps_marked
from casework.letters.models import Letter
from casework.letters.pictures import page_count
from casework.letters.printing import picture, printed
from casework.letters.queries import facts_now, letter_for
from casework.letters.views import bp
from casework.rules.roles import Permission
from casework.web.door import requires

WIDTH = 900


def bytes_of(letter: Letter) -> bytes:
    """Return the frozen bytes of a numbered letter, or what it would print now."""
    if letter.pdf is not None:
        return letter.pdf.content
    return printed(with_gaps_marked(facts_now(letter, today=g.today)), current_app.config["SETTINGS"].fonts)


def pages_of(letter: Letter) -> int:
    """Return how many pages the letter has."""
    return page_count(bytes_of(letter))


@bp.route("/letters/<int:letter_id>/letter.pdf")
@requires(Permission.LETTER_SEE)
def pdf(letter_id: int) -> Response:
    """Hand out the PDF: always the same bytes once the letter has a number; who fetched it is noted."""
    letter = letter_for(current_user, letter_id)
    content = bytes_of(letter)
    name = f"{letter.document_number or '草稿'} {letter.title}.pdf"
    if letter.number is not None:
        begin_writing()
        note_print(letter, by=current_user, now=g.now)
        commit()
    return download(content, name, "application/pdf", inline=True)


@bp.route("/letters/<int:letter_id>/page/<int:number>.png")
@requires(Permission.LETTER_SEE)
def page_picture(letter_id: int, number: int) -> Response:
    """Show one page as a picture."""
    content = bytes_of(letter_for(current_user, letter_id))
    if not 1 <= number <= page_count(content):
        abort(404)
    return download(picture(content, number, WIDTH), f"{number}.png", "image/png", inline=True)
