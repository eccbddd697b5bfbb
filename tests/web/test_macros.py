"""The macros on pages of their own, as strict as every page."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import render_template_string
from flask_babel import force_locale, lazy_gettext
from support.pages import check_page
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired

from casework.rules.states import State
from casework.web.forms import Form

ROOT = Path(__file__).resolve().parents[2]
PAGE = '{% extends "base_plain.html" %}{% block title %}T{% endblock %}{% block content %}<h1>T</h1>'


class VisitForm(Form):
    """One field of each common kind."""

    class Meta:
        csrf = False

    place = StringField("Place", [InputRequired("Say where.")], description="As on the map")
    day = DateField("Day", [InputRequired(lazy_gettext("Enter your password."))])
    tonnes = IntegerField("Tonnes")
    kind = RadioField("Kind", [InputRequired("Say which.")], choices=[SelectChoice("a", "Assistance")])
    region = SelectField("Region", choices=[SelectChoice("1", "银川市")])
    told = BooleanField("The unit was told")


@pytest.fixture
def rendered(app):
    """Render a piece of a template as a page and check it."""

    def render(source, *, strict=True, **context):
        with app.test_request_context("/"):
            html = render_template_string(PAGE + source + "{% endblock %}", **context)
        if strict:
            check_page(html, source)
        return html

    return render


@pytest.fixture
def refused_form(app):
    """A form sent almost empty."""
    with app.test_request_context("/", method="POST"):
        form = VisitForm(formdata=MultiDict({"tonnes": "12", "region": "1"}))
        assert not form.validate()
        form.refused.append("The case is paused.")
        yield form


def test_errors_stand_at_the_field_and_at_the_top_with_links(rendered, refused_form):
    html = rendered(
        """{% from "macros/form.html" import form_page, fields %}
        {% call form_page(form) %}{{ fields(form) }}{% endcall %}""",
        form=refused_form, strict=False,
    )  # fmt: skip
    assert '<a href="#place">Place：Say where.</a>' in html
    assert '<a href="#kind-0">' in html
    assert '<a href="#day">Day：请输入密码。</a>' in html
    assert "The case is paused." in html
    assert 'aria-describedby="place-help place-error"' in html
    assert html.count('aria-invalid="true"') == 2
    assert 'name="form_token"' in html
    assert 'value="12"' in html


def test_a_table_names_its_columns_for_the_cards_of_a_phone(rendered):
    listing = SimpleNamespace(
        sort="short", descending=True, page=4, pages=9, total=213, first=76, last=100,
        sort_url=lambda key: f"?sort={key}", page_url=lambda number: f"?page={number}",
    )  # fmt: skip
    html = rendered(
        """{% from "macros/table.html" import data_table, cell, pager, filter_chips, tick, bulk_bar %}
        {{ filter_chips("State", [("Listed", "?a", true, 3), ("Urged", "?b", false)]) }}
        {% call bulk_bar() %}<button type="submit">Assign</button>{% endcall %}
        {% call data_table("Units", [{"label": "", "kind": "tick"}, {"label": "Unit", "sort": "name"},
                                     {"label": "Short (t)", "kind": "num", "sort": "short"}], listing) %}
          <tr data-href="/1">{{ tick(1, "屹川") }}
            <th scope="row">屹川</th>{{ cell("Short (t)", 12|tonnes, "num") }}</tr>
        {% endcall %}{{ pager(listing) }}""",
        listing=listing,
    )
    assert '<td data-label="Short (t)" class="num">12</td>' in html
    assert 'aria-sort="descending"' in html
    assert "第76–100条，共213条" in html
    assert [f"?page={n}" in html for n in (1, 2, 3, 5, 9)] == [True, False, True, True, True]
    assert 'aria-label="选择屹川"' in html


def test_the_way_marks_where_a_case_stands(rendered):
    html = rendered(
        """{% from "macros/case.html" import steps_way, bars, timeline, open_steps %}
        {{ steps_way(states, current, [states[0]], {"urged": "11-15"}) }}
        {{ bars([("2023", 1000, 1000, 0), ("2024", 2000, 500, 1500)]) }}{{ timeline(events) }}
        {{ open_steps([("Draft", "/x", none, true), ("Refer", "/y", "The deadline is not past.", false)]) }}""",
        states=list(State),
        current=State.URGED,
        events=[
            SimpleNamespace(
                at=datetime(2026, 11, 22, 2, tzinfo=UTC), who="安丽", sentence="督促", why="逾期", moved=True,
                changes=[("Due", "2026-11-01", "2026-11-30")],
            )
        ],
    )  # fmt: skip
    assert html.count('aria-current="step"') == 1
    assert "2026-11-22 10:00" in html
    assert "1,500" in html
    assert "The deadline is not past." in html
    assert "<del>2026-11-01</del> → <ins>2026-11-30</ins>" in html


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_badge_with_its_own_sign(rendered, state):
    html = rendered('{% from "macros/words.html" import state_badge %}{{ state_badge(state) }}', state=state)
    assert "badge-word tone-" in html
    assert "icons.svg#" in html.split("badge-word", 1)[1]


def test_what_is_overdue_says_so_in_words(rendered):
    source = """{% from "macros/words.html" import due %}
        {{ due(day, today) }}|{{ due(none, today) }}|{{ due(day, today, done=true) }}"""
    html = rendered(source, day=date(2026, 11, 20), today=date(2026, 11, 22))
    assert "逾期2天" in html
    assert "未定期限" in html
    assert html.count("due-overdue") == 1


def test_what_cannot_be_undone_is_asked_first(rendered):
    html = rendered(
        """{% from "macros/form.html" import confirm_step, post_button %}
        {% call confirm_step("void", "Void", "Void this letter?", "Its number stays.", tone="grave") %}
          {{ post_button("/void", "Void the letter") }}
        {% endcall %}"""
    )
    assert 'popovertarget="void"' in html
    assert "Its number stays." in html


def test_progress_empty_and_figures_say_what_they_mean(rendered):
    html = rendered(
        """{% from "macros/page.html" import progress, job_progress, empty, stat, stages, tabs %}
        {% from "macros/page.html" import notice, fact, chart, panel %}
        {{ progress(5, 8, "Reports") }}{{ job_progress("/job", "Import") }}{{ empty("None", "Later.", "Import", "/i") }}
        {{ stat("94.74%", "Completed", url="/u", tone="done") }}{{ stages(["a", "b"], 1) }}
        {{ tabs([("a", "/a", true, 3), ("b", "/b", false)]) }}{% call notice("error") %}<p>No.</p>{% endcall %}
        <dl class="facts">{{ fact("Region", "银川市") }}</dl>{% call chart("/c.svg", "Rates") %}<p>94</p>{% endcall %}
        {% call panel("Panel", note="n") %}<p>x</p>{% endcall %}"""
    )
    assert "5 / 8" in html
    assert 'data-progress="/job"' in html
    assert 'alt="Rates"' in html


def test_lists_are_joined_as_the_readers_language_joins_them(app):
    with app.test_request_context():
        for language, joined in (("zh_Hans_CN", "甲、乙"), ("en", "甲, 乙")):
            with force_locale(language):
                assert render_template_string("{{ ['甲', '乙']|listed }}") == joined


def test_no_page_joins_a_list_in_one_language_alone():
    pages = [one for one in (ROOT / "templates").rglob("*.html") if "pdf" not in one.parts]
    views = [one for one in (ROOT / "casework").rglob("*.py") if {"views", "web"} & set(one.parts)]
    joined = re.compile(r"""["'][、；]["']\.join|join\(["'][、；]|%\}[、；]\{%""")
    assert [str(one) for one in (*pages, *views) if joined.search(one.read_text()) and one.name != "regions.py"] == []
