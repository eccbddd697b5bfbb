"""The scan of a letter with its seal: taking it back, and handing it out."""

from flask import Response, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.files.views import download_file
from casework.letters.actions.sealing import take_sealed
from casework.letters.forms import SealedForm
from casework.letters.queries import letter_for, letter_to_change
from casework.letters.views import bp
from casework.rules.errors import NotFound
from casework.rules.roles import Permission
from casework.rules.words import N_
from casework.web.door import requires
from casework.web.forms import Page, finish, page


@bp.route("/letters/<int:letter_id>/sealed", methods=["GET", "POST"])
@requires(Permission.LETTER_REGISTER)
def seal(letter_id: int) -> Page:
    """Take back the sealed scan."""
    letter, form = letter_for(current_user, letter_id), SealedForm()
    if form.validate_on_submit():
        letter = letter_to_change(current_user, letter_id)
        form.check_version(letter)
        scan = form.scan.uploads[0]
        with form.refusals():
            take_sealed(letter, scan.content, scan.name, by=current_user, now=g.now)
            message = _("The sealed scan is kept and locked. Whoever may see the letter can take it from here.")
            return finish(url_for("letters.letter_page", letter_id=letter_id), message)
    form.open_on(letter)
    return page("letters/seal.html", form, letter=letter)


@bp.route("/letters/<int:letter_id>/sealed.pdf")
@requires(Permission.LETTER_SEE)
def sealed(letter_id: int) -> Response:
    """Hand out the sealed scan as it came."""
    scan = letter_for(current_user, letter_id).sealed
    if scan is None:
        raise NotFound(N_("The sealed scan was not taken back yet."))
    return download_file(scan.file)
