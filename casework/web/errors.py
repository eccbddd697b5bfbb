"""Refusals and failures, worded for the person at the screen."""

from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from casework.audit import actions as audit
from casework.db import CHANGED_MEANWHILE, read_only_from_here
from casework.rules.errors import NotAllowed, NotFound, RuleError, Stale
from casework.web.conflict import Conflict
from casework.web.forms import opened_with, say, undo
from casework.web.redirects import is_own_path

log = structlog.get_logger()


# Status -> title, sentence, remedy.
_WORDS = {
    400: (
        _l("The page could not be understood"),
        _l("What your browser sent was incomplete or damaged."),
        _l("Go back, load the page again and repeat what you did."),
    ),
    403: (
        _l("You may not open this"),
        _l("Your account's role does not include this page or step."),
        _l("If you need it for your work, ask the administrator. The attempt was noted."),
    ),
    404: (
        _l("Nothing was found here"),
        _l("The address is wrong, or the record belongs to another region."),
        _l("Start from the worklist or search for it above."),
    ),
    405: (
        _l("This address takes no such call"),
        _l("The page was called in a way it does not answer."),
        _l("Start from the worklist."),
    ),
    413: (
        _l("That is too large"),
        _l("The file or text is larger than what is accepted."),
        _l("Make the file smaller or split it, then try again."),
    ),
    429: (
        _l("Too many attempts"),
        _l("Sign-in was tried too often with a wrong password."),
        _l("Wait half an hour, or ask the administrator to reset the password."),
    ),
    503: (
        _l("The program is busy"),
        _l("Somebody else's work held the database for too long; nothing was changed."),
        _l("Wait a moment and send the page again."),
    ),
    507: (
        _l("The disk is full or fails"),
        _l("Nothing was changed, because it could not have been kept."),
        _l("Tell the administrator; try again when there is room."),
    ),
}
_UNKNOWN = (
    _l("Something went wrong"),
    _l("The program met an error that it did not expect; nothing was changed."),
    _l("Try again. If it happens twice, tell the administrator the number below."),
)


def words_for(status: int) -> tuple[str, str, str]:
    """Return title, sentence and remedy for a status."""
    title, sentence, remedy = _WORDS.get(status, _UNKNOWN)
    return str(title), str(sentence), str(remedy)


def error_page(status: int, sentence: str | None = None) -> tuple[str, int]:
    """Render the page for a refusal or failure."""
    title, usual, remedy = words_for(status)
    return (
        render_template(
            "errors/error.html", status=status, title=title, sentence=sentence or usual, what_to_do=remedy,
            request_id=g.get("request_id", ""),
        ),
        status,
    )  # fmt: skip


def note_denial(reason: str) -> None:
    """Write a denied attempt in a transaction of its own, since the request's was rolled back."""
    audit.begin_writing()
    if not current_user.is_authenticated or "now" not in g:
        return
    attempt = {"method": request.method, "why": reason}
    audit.record("denied", "page", request.path[:64], by=current_user, now=g.now, after=attempt, outcome="denied")
    audit.commit()
    read_only_from_here(True)


def denied(reason: str, sentence: str | None = None) -> tuple[str, int]:
    """Note a denied attempt and refuse it; while the database is held it cannot be noted, and the page says wait."""
    try:
        note_denial(reason)
    except OperationalError as failure:
        return on_database_error(failure)
    return error_page(403, sentence)


def on_rule_error(error: RuleError) -> tuple[str, int]:
    """Show the sentence of a refusal; a denial is also noted."""
    sentence = say(error)
    if isinstance(error, NotFound):
        undo()
        return error_page(404, sentence)
    if isinstance(error, NotAllowed):
        return denied(str(error), sentence)
    undo()
    title = _("This is not possible now")
    html = render_template(
        "errors/error.html", status=409, title=title, sentence=sentence, request_id=g.get("request_id", ""),
        what_to_do=_("Nothing was changed. Go back, put it right and try again."),
    )  # fmt: skip
    return html, 409


def on_stale_row(_error: StaleDataError) -> tuple[str, int]:
    """Tell whoever came second that the record changed under the hand."""
    return on_rule_error(Stale(CHANGED_MEANWHILE))


def on_conflict(conflict: Conflict) -> tuple[str, int]:
    """Show base, mine and theirs of a stale page, to choose from and to send again."""
    undo()
    html = render_template(
        "errors/conflict.html",
        conflict=conflict,
        opened=opened_with(conflict.version, conflict.standing),
        page_url=_page_again(),
    )
    return html, 409


def _page_again() -> str:
    """Return where the page of a stale form is found as it stands now."""
    rule = request.url_rule
    if rule is not None and "GET" in (rule.methods or ()):
        return request.full_path.rstrip("?")
    came_from = urlsplit(request.referrer or "").path
    return came_from if is_own_path(came_from) else url_for("home")


NO_SESSION = (
    "500 系统暂时无法访问数据库，未作任何更改，请稍后再试。\n"
    "500 The program cannot reach its database at the moment; nothing was changed. Try again in a while.\n"
)


def on_http_error(error: HTTPException) -> tuple[str, int] | Response:
    """Show an HTTP error as a page; a closed door is noted."""
    status = error.code or 500
    if status >= 500 and "now" not in g:  # not even the session could be read: no page can be built
        return Response(NO_SESSION, status, mimetype="text/plain")
    if status == 403:
        return denied("closed")
    undo()
    return error_page(status, _too_large() if status == 413 else None)


def _too_large() -> str:
    most = current_app.config["MAX_CONTENT_LENGTH"] // 1024**2
    return str(_("What was sent is larger than %(most)s MB, the most that is accepted at once.", most=most))


def on_foreign_host(_error: SecurityError) -> Response:
    """Answer a host name that is not ours in plain words: no page can be built that leads anywhere."""
    undo()
    return Response("400 This host name is not served here.\n", 400, mimetype="text/plain")


def on_csrf(error: CSRFError) -> tuple[str, int]:
    """Explain a form that came too late or from elsewhere."""
    undo()
    return error_page(400, _("This page was open too long, or was not opened from here. Load it again and repeat it."))


def on_database_error(error: OperationalError) -> tuple[str, int]:
    """Tell a full disk from a busy database; both changed nothing."""
    undo()
    text = str(error.orig).lower()
    log.warning("database refused", error=text)
    if "full" in text or "no space" in text or "disk i/o" in text:  # SQLite says no more where a quota is used up
        return error_page(507)
    if "locked" in text or "timeout" in text or "deadlock" in text or "busy" in text:
        return error_page(503)
    raise error


def on_crash(error: Exception) -> tuple[str, int]:
    """Log what nobody expected, and say that nothing was changed."""
    log.exception("unexpected", path=request.path, request_id=g.get("request_id", ""))
    undo()
    return error_page(500)


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(RuleError, on_rule_error)
    app.register_error_handler(Conflict, on_conflict)
    app.register_error_handler(StaleDataError, on_stale_row)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(SecurityError, on_foreign_host)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(OperationalError, on_database_error)
    if not app.testing:
        app.register_error_handler(Exception, on_crash)
