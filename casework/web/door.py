"""The door: a view is closed until it says who may open it."""

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.rules.roles import Permission

View = TypeVar("View", bound=Callable[..., object])

_NEED = "needs_permissions"  # any one of them opens the view; an empty tuple is a public page
_REPEATABLE = "repeatable"


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Open a view to whoever holds one of these permissions."""
    if not permissions:
        raise ValueError("name a permission, or use @public")

    def mark(view: View) -> View:
        setattr(view, _NEED, permissions)
        return view

    return mark


def public(view: View) -> View:
    """Open a view to anybody, signed in or not."""
    setattr(view, _NEED, ())
    return view


def repeatable(view: View) -> View:
    """Let a POST come any number of times, without a form token: autosave, preview, sign-in."""
    setattr(view, _REPEATABLE, True)
    return view


def permissions_needed(endpoint: str) -> tuple[Permission, ...] | None:
    """Return what opens this endpoint: any of these, () for everybody, None for nobody."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return ()
    need: tuple[Permission, ...] | None = getattr(current_app.view_functions[endpoint], _NEED, None)
    return need


def is_repeatable(endpoint: str) -> bool:
    """Tell whether a POST to this endpoint needs no form token."""
    return bool(getattr(current_app.view_functions[endpoint], _REPEATABLE, False))


# Where an account may go before it has done what it must do first.
ALWAYS_OPEN = {
    "users.sign_out",
    "users.password",
    "users.second_factor_enrol",
    "users.language",
    "users.second_factor_picture",
}


def guard() -> Response | None:
    """Let the request in, send it to the sign-in page, or refuse it."""
    endpoint = request.endpoint
    if endpoint is None:
        return None  # 404 or 405 follows
    need = permissions_needed(endpoint)
    if need is None:
        abort(403)
    if need == ():
        return None
    if not current_user.is_authenticated:
        if request.method == "GET":
            return redirect(url_for("users.sign_in", next=request.full_path.rstrip("?")))
        return redirect(url_for("users.sign_in"))
    if endpoint not in ALWAYS_OPEN and (first := current_user.must_do_first):
        return redirect(url_for(first))
    if not any(current_user.may(permission) for permission in need):
        abort(403)
    return None
