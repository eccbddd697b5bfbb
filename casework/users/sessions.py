"""Sessions on the server: the cookie holds a random token, the table what belongs to it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from casework.audit import actions as audit
from casework.db import db, read_only_from_here, read_rows, write_transaction
from casework.users.models import SignIn
from casework.web import clock

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)
READING = {"GET", "HEAD", "OPTIONS"}
BUSY = {503, 507}  # the database cannot be written to: the answer says so, and nothing is kept
log = structlog.get_logger()


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What is kept for one browser; `token` is None until something is worth keeping."""

    def __init__(self, data: dict[str, Any] | None = None, token: str | None = None) -> None:
        def on_change(session: "CallbackDict[str, Any]") -> None:
            self.modified = True

        super().__init__(data, on_change)
        self.token = token
        self.old_token: str | None = None
        self.began_at: datetime | None = None
        self.seen_at: datetime | None = None
        self.modified = False
        self.accessed = True

    def renew(self) -> None:
        """Give the session a new token: at sign-in and sign-out, so that a known one is worth nothing."""
        self.old_token, self.token = self.token, None
        self.began_at = None
        self.modified = True


def token_hash(token: str) -> str:
    """Return what the table keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class DatabaseSessions(SessionInterface):
    """Flask's sessions, kept in the `sign_in` table and written in transactions of their own."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Read the session of this request; an idle or over-long one starts empty."""
        reading = request.method in READING
        read_only_from_here(reading)
        token = request.cookies.get(app.config["SESSION_COOKIE_NAME"])
        if not token or request.endpoint == "static":
            return ServerSession()
        now = clock.now()
        row = _read(token, writing=not reading)
        if row is None or now - row.seen_at > IDLE or now - row.began_at > LONGEST:
            return ServerSession()
        session = ServerSession(row.data, token)
        session.began_at, session.seen_at = row.began_at, row.seen_at
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; a session that was only used is touched once a minute."""
        assert isinstance(session, ServerSession)
        if response.status_code in BUSY:
            return
        now = clock.now()
        if session.modified and (session or session.token or session.old_token):
            audit.roll_back()  # the request's transaction is over: a refused POST must not hold the write lock
            known = session.token is not None
            try:
                self._keep(app, session, response, now)
            except OperationalError:
                if not known:
                    raise  # nobody would be signed in
                log.warning("session not kept: the database is busy")  # what the request did is done all the same
        elif session.token and session.seen_at and now - session.seen_at >= TOUCH_EVERY:
            audit.roll_back()
            self._touch(session.token, now)

    def _touch(self, token: str, now: datetime) -> None:
        """Note that the session was used; where the database is held, a page must not fail for that."""
        try:
            with write_transaction() as connection:
                connection.execute(sa.update(SignIn).where(SignIn.token_hash == token_hash(token)).values(seen_at=now))
        except OperationalError:
            log.warning("session not touched: the database is busy")

    def _keep(self, app: Flask, session: ServerSession, response: Response, now: datetime) -> None:
        account_id = int(session["_user_id"]) if "_user_id" in session else None
        with write_transaction() as connection:
            if session.old_token:
                connection.execute(sa.delete(SignIn).where(SignIn.token_hash == token_hash(session.old_token)))
            if session.token is None:
                session.token = secrets.token_urlsafe(32)
                values = {"data": dict(session), "account_id": account_id, "began_at": now, "seen_at": now}
                connection.execute(sa.insert(SignIn).values(token_hash=token_hash(session.token), address="", **values))
            else:
                connection.execute(
                    sa.update(SignIn)
                    .where(SignIn.token_hash == token_hash(session.token))
                    .values(data=dict(session), account_id=account_id, seen_at=now)
                )
        response.set_cookie(
            app.config["SESSION_COOKIE_NAME"],
            session.token,
            secure=app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
            path="/",
        )


_SESSION = sa.select(SignIn.data, SignIn.began_at, SignIn.seen_at).where(SignIn.token_hash == sa.bindparam("hash"))


def _read(token: str, *, writing: bool) -> Any:
    """Read a session's row without the write lock: nothing could yet tell a person that somebody else holds it."""
    read_only_from_here(True)
    row = read_rows(_SESSION, {"hash": token_hash(token)}).one_or_none()
    if writing:
        db.session.rollback()
        read_only_from_here(False)
    return row


def forget_sessions_of(account_id: int) -> None:
    """End every session of an account, in the transaction at hand."""
    db.session.execute(sa.delete(SignIn).where(SignIn.account_id == account_id))
