"""Languages: source strings are English, Chinese is the default."""

from flask import Flask, has_request_context, session
from flask_babel import Babel

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
DEFAULT = "zh_Hans_CN"


def language() -> str:
    """Return the language of this request."""
    if has_request_context():
        chosen = session.get("lang")
        if chosen in LANGUAGES:
            return str(chosen)
    return DEFAULT


def html_language() -> str:
    """Return the language as HTML names it."""
    return "zh-CN" if language() == DEFAULT else "en"


def init_app(app: Flask) -> None:
    """Set up Flask-Babel with our catalogue."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    Babel(app, locale_selector=language)
