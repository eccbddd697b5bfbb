"""A form that is sent ten times at once takes effect once."""

import os
from functools import partial

import pytest
import sqlalchemy as sa
from support.registering import stub
from web.changing_forms import FORMS, send_once

from casework.cases.views import letter_steps
from casework.db import Base, db
from casework.web.door import is_repeatable

MAIN = ["start assistance", "note", "visit", "letter: sign", "letter: register", "dispatch", "take-over of a table"]
MAIN_RECORDS = ["account", "settings", "enterprise", "correction of a visit", "text of a letter", "strike off"]
# Forms that are not opened on a version of something: each sender is told what became of every row, or all may do it.
ON_NOTHING = {
    "own password", "own second factor", "delegation", "end of a delegation", "new account", "disable", "enable",
    "reset password", "forget second factor", "hand-over", "new region", "retry of a job", "verification of the trail",
    "new cycle", "new enterprise", "new obligation", "upload of a table", "drop of a table", "listing by proposal",
    "rules for new years",
    "listing by hand", "assignment of many", "kept text", "package of a case", "draft of a letter",
    "bulletin from the records",
    "verdict on a reply", "round", "new schedule", "review of many", "acceptance of a proposal",
    "notice of a round",
    "file taken from a report", "workbook of a list",
    "letters signed together", "letters printed together", "notice opened", "notice read", "notices read",
    "mails again",
}  # fmt: skip
ON_A_RECORD = [name for name in FORMS if name not in ON_NOTHING]
AT_ONCE = 10
# Changing endpoints that no form token guards, each with its reason.
WITHOUT_TOKEN = {"users.sign_out": "ends the session that would bear the second post"}


def effects(app):
    """Return what the tables hold: the number of rows, and the sums of their figures; sessions come and go."""
    with app.app_context():
        return {table.name: _sums(table) for table in Base.metadata.sorted_tables if table.name != "sign_in"}


def _sums(table):
    figures = [
        column for column in table.c
        if type(column.type) in {sa.Integer, sa.BigInteger} and not column.primary_key and not column.foreign_keys
    ]  # fmt: skip
    stmt = sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(column), 0) for column in figures))
    return [int(one) for one in db.session.execute(stmt.select_from(table)).one()]


def growth(before, after):
    return {name: [b - a for a, b in zip(before[name], after[name], strict=True)] for name in before}


def posted_at_once(crew, posts):
    """Post from so many processes at the same moment, and return status and place of each answer."""
    gate, opener = os.pipe()

    def post_when_open(post, tell):
        os.read(gate, 1)
        answer = post()
        tell(f"{answer.status_code} {answer.location}")

    for post in posts:
        crew.fork(partial(post_when_open, post))
    os.write(opener, b"." * len(posts))
    os.close(opener)
    os.close(gate)
    return crew.all_done()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in MAIN else pytest.mark.proof) for name in FORMS],
)
def test_a_form_posted_ten_times_at_once_has_the_effect_of_one(app, fresh, crew, monkeypatch, name):
    monkeypatch.setattr(letter_steps, "_render", stub)
    post = send_once(app, FORMS[name])
    before = effects(app)
    once = post()
    expected = growth(before, effects(app))
    assert once.status_code in {200, 303}, f"the form was not filled as it must be: {once.text[-3000:]}"
    assert any(map(any, expected.values())), "the form changed nothing"

    fresh()
    post = send_once(app, FORMS[name])
    before = effects(app)
    answers = posted_at_once(crew, [post] * AT_ONCE)
    assert growth(before, effects(app)) == expected
    # A page that is shown once, for what it tells, leads the others elsewhere.
    place = once.location or next(answer.split()[1] for answer in answers if answer.startswith("303"))
    assert sorted(answers) == sorted([f"{once.status_code} {once.location}"] + [f"303 {place}"] * (AT_ONCE - 1))


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if name in MAIN_RECORDS else pytest.mark.proof) for name in ON_A_RECORD],
)
def test_of_four_who_change_a_record_at_once_one_does_and_the_others_are_told(app, crew, monkeypatch, name):
    monkeypatch.setattr(letter_steps, "_render", stub)
    form = FORMS[name]
    made = form.made(app)
    answers = posted_at_once(crew, [send_once(app, form, made) for _ in range(4)])
    told = "404" if name == "extension granted" else "409"  # nothing waits for a decision any more
    assert [answer.split()[0] for answer in sorted(answers)] == ["303", told, told, told]


def test_every_form_that_changes_data_is_among_those_sent_ten_times(app):
    urls = app.url_map.bind("127.0.0.1", url_scheme="https")
    posted = {urls.match(form.path.format_map(_Ones()).split("?")[0], method="POST")[0] for form in FORMS.values()}
    with app.app_context():
        changing = {
            rule.endpoint for rule in app.url_map.iter_rules()
            if "POST" in rule.methods and not is_repeatable(rule.endpoint)
        }  # fmt: skip
    missing = changing - posted - WITHOUT_TOKEN.keys()
    assert not missing, f"Fill the forms of these in FORMS of tests/web/changing_forms.py: {sorted(missing)}"


class _Ones(dict):
    def __missing__(self, _name):
        return "1"
