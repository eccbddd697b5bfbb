"""The environment of the templates: Flask's, made quicker where a page asks it a thousand times."""

from collections.abc import Callable, MutableMapping
from types import CodeType
from typing import Any, cast

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from markupsafe import _escape_inner as escape_text  # type: ignore[attr-defined]  # `escape` of plain text


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


def shown(value: object) -> str:
    """Escape a value for a page, as `escape` does; what it returns is only put together, so it is made no Markup."""
    kind = type(value)
    if kind is Markup:
        return cast("str", value)
    return escape_text(cast("str", value)) if kind is str else escape(value)


class _Template(Template):
    """A compiled template that puts its text together of bare strings."""

    @classmethod
    def from_code(
        cls,
        environment: Any,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        """Return the template of this code."""
        template = super().from_code(environment, code, globals, uptodate)
        cast(Any, template.root_render_func).__globals__["escape"] = shown
        return template


class Templates(Environment):
    """Flask's environment, with words looked up rather than asked for, and values shown without a wrapper each."""

    template_class = _Template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree: nodes.Template = _LookUps().visit(super()._parse(source, name, filename))
        return tree
