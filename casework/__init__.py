"""Casework: supervision of enterprises in difficulty with their obligation in the carbon market."""

import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_login import AnonymousUserMixin, LoginManager
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from casework import db as database
from casework import web
from casework.demo.people import PASSWORD, PEOPLE
from casework.rounds import models as _every_table  # noqa: F401  the last feature with tables brings all others
from casework.users.models import Account
from casework.users.queries import account_signed_in
from casework.users.sessions import DatabaseSessions
from config import Settings

FEATURES = (
    "users",
    "settings",
    "notices",
    "registry",
    "mail",
    "cases",  # before letters: it adds the pages that look at both
    "letters",
    "archive",
    "rounds",
    "forecast",
    "overview",
    "operations",
)
ROOT = Path(__file__).resolve().parent.parent
migrate = Migrate(directory=str(ROOT / "casework" / "migrations"), compare_type=True, render_as_batch=True)


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build the program from its settings (from the environment where none are given)."""
    settings = settings or Settings.from_env()
    keep_values_out_of_the_log()
    app = Flask("casework", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(flask_config(settings), **overrides)
    # Served on 127.0.0.1 alone: whoever comes from elsewhere came through the proxy, which names the address.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0)  # type: ignore[method-assign]
    app.session_interface = DatabaseSessions()
    database.init_app(app)
    migrate.init_app(app, database.db)
    _sign_in(app)
    web.init_app(app)
    Bootstrap5(app)
    _features(app)
    return app


def keep_values_out_of_the_log() -> None:
    """Log a failure by its lines alone: with `rich` installed, structlog prints every local value, passwords too."""
    plain = structlog.dev.plain_traceback
    renderer = structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], renderer])


def flask_config(settings: Settings) -> dict[str, Any]:
    """Translate our settings into what Flask and its extensions read."""
    secure = settings.secure_cookies
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "__Host-casework" if secure else "casework",
        "SESSION_COOKIE_SECURE": secure,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "TRUSTED_HOSTS": list(settings.hosts),
        "WTF_CSRF_TIME_LIMIT": None,  # the session's end is the form's end
        "WTF_I18N_ENABLED": False,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "CLOCK_SHIFT": timedelta(0),
        "DEMO_ACCOUNTS": [(username, role) for username, _, role, _ in PEOPLE] if settings.demo else [],
        "DEMO_PASSWORD": PASSWORD if settings.demo else "",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "casework" / "translations"),
    }


class Nobody(AnonymousUserMixin):  # type: ignore[misc]
    """Whoever has not signed in: may do nothing."""

    must_do_first = None

    def may(self, permission: object) -> bool:
        """Answer no."""
        return False


def _sign_in(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # sessions live on the server, under a new token at each sign-in
    login.anonymous_user = Nobody

    @login.user_loader  # type: ignore[untyped-decorator]
    def load(account_id: str) -> Account | None:
        return account_signed_in(int(account_id))


def _features(app: Flask) -> None:
    """Register every feature's pages, the commands, and what the worker can do."""
    for feature in FEATURES:
        app.register_blueprint(import_module(f"casework.{feature}.views").bp)
    for feature in ("registry", "mail", "letters", "cases", "archive", "rounds", "reminders"):
        import_module(f"casework.{feature}.jobs")
    import_module("casework.cli").init_app(app)
