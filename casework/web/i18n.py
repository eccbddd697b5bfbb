"""Languages: source strings are English, Chinese is the default."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from flask import Flask, has_request_context, session
from flask_babel import Babel, get_locale, get_translations, gettext
from markupsafe import Markup

from casework.web.templating import Templates

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


class _Words(dict[str, Markup]):
    """One language's words as the templates show them; each is looked up in the catalogue once per process."""

    def __init__(self, catalogue: Any) -> None:
        super().__init__()
        self.catalogue = catalogue

    def __missing__(self, text: str) -> Markup:
        found = self[text] = Markup(self.catalogue.ugettext(text))  # noqa: S704  the catalogue is ours
        return found


_words: dict[str, _Words] = {}
_of_request: ContextVar[_Words | None] = ContextVar("words of the request", default=None)


def _words_now() -> _Words:
    """Return the words of this request's language; a page asks some two hundred times."""
    found = _of_request.get()
    if found is None:
        chosen = str(get_locale())
        if chosen not in _words:
            _words[chosen] = _Words(get_translations())
        found = _words[chosen]
        if has_request_context():
            _of_request.set(found)
    return found


def _end(_error: BaseException | None) -> None:
    _of_request.set(None)


def translated(text: str, **params: Any) -> Markup:
    """Translate a text for a page; parameters are escaped."""
    found = _words_now()[text]
    return found % params if params or "%" in found else found


def listed(words: Iterable[object]) -> str:
    """Join words as the reader's language lists them: 甲、乙 or A, B."""
    return str(gettext(", ")).join(map(str, words))


def ngettext(one: str, many: str, num: int) -> str:
    """Translate a text that tells a number."""
    return str(_words_now().catalogue.ungettext(one, many, num)) % {"num": num}


class _WordsOfNow:
    """What the templates look their words up in."""

    def __getitem__(self, text: str) -> Markup:
        return _words_now()[text]


def init_app(app: Flask) -> None:
    """Set up Flask-Babel with our catalogue, and a quicker `_` for the templates than Flask-Babel's."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    app.jinja_environment = Templates
    Babel(app, locale_selector=language)
    app.teardown_request(_end)
    app.jinja_env.globals["words_of_now"] = _WordsOfNow()
    app.jinja_env.filters["listed"] = listed
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = translated
