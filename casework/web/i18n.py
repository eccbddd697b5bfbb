"""Languages: source strings are English, Chinese is the default."""

from typing import Any

from flask import Flask, g, has_request_context, session
from flask.templating import Environment
from flask_babel import Babel, get_locale, get_translations
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

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


def _words_now() -> _Words:
    """Return the words of this request's language; a page asks some two hundred times."""
    try:
        found: _Words = g.words
    except AttributeError:
        chosen = str(get_locale())
        if chosen not in _words:
            _words[chosen] = _Words(get_translations())
        found = g.words = _words[chosen]
    return found


def translated(text: str, **params: Any) -> Markup:
    """Translate a text for a page; parameters are escaped."""
    found = _words_now()[text]
    return found % params if params or "%" in found else found


def ngettext(one: str, many: str, num: int) -> str:
    """Translate a text that tells a number."""
    return str(_words_now().catalogue.ungettext(one, many, num)) % {"num": num}


class _WordsOfNow:
    """What the templates look their words up in."""

    def __getitem__(self, text: str) -> Markup:
        return _words_now()[text]


class _LookUps(NodeTransformer):
    """Turns `_("…")` into a look-up: a template asks two hundred times, and a call costs three times as much."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  the name that the visitor looks for
        self.generic_visit(node)
        text = node.args[0] if len(node.args) == 1 and isinstance(node.args[0], nodes.Const) else None
        named = isinstance(node.node, nodes.Name) and node.node.name == "_"
        if not named or text is None or node.kwargs or node.dyn_args or node.dyn_kwargs or "%" in str(text.value):
            return node
        words = nodes.Name("words_of_now", "load", lineno=node.lineno)
        return nodes.Getitem(words, text, "load", lineno=node.lineno)


class Templates(Environment):
    """Flask's environment, with words looked up rather than asked for."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _LookUps().visit(super()._parse(source, name, filename))
        return tree


def init_app(app: Flask) -> None:
    """Set up Flask-Babel with our catalogue, and a quicker `_` for the templates than Flask-Babel's."""
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Shanghai")
    app.jinja_environment = Templates
    Babel(app, locale_selector=language)
    app.jinja_env.globals["words_of_now"] = _WordsOfNow()
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = translated
