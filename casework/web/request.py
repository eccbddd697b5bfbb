"""What happens around every request: time, id, the door, security headers."""

import secrets

from flask import Flask, g, request
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response

from casework.audit.actions import Origin, set_origin
from casework.web import clock
from casework.web.door import guard
from casework.web.forms import spend_form_token


def begin() -> None:
    """Fix the moment of this request and note where it comes from."""
    g.now = clock.now()
    g.today = clock.today()
    g.request_id = secrets.token_hex(8)
    g.csp_nonce = secrets.token_urlsafe(16)
    set_origin(Origin(address=(request.remote_addr or "")[:64], request_id=g.request_id))


def add_headers(response: Response) -> Response:
    """Add the security headers; a page of a signed-in person is never stored."""
    headers = response.headers
    nonce = g.get("csp_nonce", "")
    headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-src 'self'; frame-ancestors 'self'; object-src 'none'; manifest-src 'self'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if "now" in g and request.endpoint and not request.endpoint.endswith("static") and current_user.is_authenticated:
        headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Put the hooks in their order: moment, door, CSRF, form token; headers on the way out."""
    app.before_request(begin)
    app.before_request(guard)
    CSRFProtect(app)
    app.before_request(spend_form_token)
    app.after_request(add_headers)
