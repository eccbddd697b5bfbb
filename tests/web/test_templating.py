"""What a template shows of a value is what `escape` makes of it."""

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from casework.web.templating import shown


class Badge:
    """Something that draws itself."""

    def __html__(self):
        return "<b>!</b>"


@given(st.text() | st.text().map(Markup) | st.integers() | st.none() | st.just(Badge()) | st.booleans())
def test_a_value_is_shown_as_escape_has_it(value):
    assert str(shown(value)) == str(escape(value))


def test_a_template_escapes_text_and_leaves_what_is_drawn(app):
    source = (
        "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(text) }}{{ text ~ drawn }}{{ drawn }}{{ badge }}{{ none }}"
    )
    values = {"text": "<&'\">", "drawn": Markup("<u>"), "badge": Badge(), "none": None}
    safe = "&lt;&amp;&#39;&#34;&gt;"
    with app.test_request_context():
        drawn = app.jinja_env.from_string(source).render(values)
    assert drawn == f"<i>{safe}</i>{safe}<u><u><b>!</b>None"
