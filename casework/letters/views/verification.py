"""The public page that says whether a letter is genuine and in force, for a code or an uploaded file."""

import hashlib

from flask import Response, g, make_response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from casework.audit.actions import begin_writing, commit
from casework.letters.actions.verifying import is_held_back, note_miss
from casework.letters.verifying import HELD_BACK, Answer, answer_to
from casework.letters.views import bp
from casework.rules.letter_codes import grouped, read_code
from casework.web.door import public, repeatable
from casework.web.forms import Form, page

FILE_MOST = 5 * 1024 * 1024  # a letter of ten pages has a tenth of it


class FileForm(Form):
    """The file of a letter that somebody got."""

    file = FileField(_l("PDF of the letter"), render_kw={"accept": "application/pdf"})


@bp.route("/V", methods=["GET", "POST"])
@bp.route("/V/<typed>", methods=["GET", "POST"])
@bp.route("/v", methods=["GET", "POST"])
@bp.route("/v/<typed>", methods=["GET", "POST"])
@public
@repeatable
def verification(typed: str = "") -> Response:
    """Tell anybody what a code or a file stands for."""
    typed = (typed or request.args.get("code", ""))[:60]
    form, sha256 = FileForm(), None
    if form.validate_on_submit():
        sha256 = _hash_of(form)
    answer = None if form.has_errors else _answer(typed, sha256)
    code = read_code(typed)
    shown = page("letters/verification.html", form, answer=answer, typed=grouped(code) if code else typed)
    response = make_response(shown)
    response.headers["Cache-Control"] = "no-store"
    if answer is HELD_BACK:
        response.status_code = 429
    return response


def _hash_of(form: FileForm) -> str | None:
    """The SHA-256 of the uploaded file, which is read and forgotten; refuses none, and what no letter is as long as."""
    content = form.file.data.read(FILE_MOST + 1) if form.file.data else b""
    if not content:
        form.refused.append(_("Choose the PDF of the letter."))
    elif len(content) > FILE_MOST:
        form.refused.append(_("The file is larger than %(most)s MB: no letter is.", most=FILE_MOST // 1024 // 1024))
    return hashlib.sha256(content).hexdigest()


def _answer(typed: str, sha256: str | None) -> Answer | None:
    address = request.remote_addr or ""
    if (typed or sha256) and is_held_back(address, now=g.now):
        return HELD_BACK
    answer = answer_to(typed, sha256)
    if answer is not None and answer.missed:
        begin_writing()
        note_miss(address, now=g.now)
        commit()
    return answer
