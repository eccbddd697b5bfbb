"""Many people change the same thing at once: no change is lost, and who comes too late is told so."""

import time
from collections import Counter
from functools import partial

import pytest
import sqlalchemy as sa
from support.cases import a_case
from support.cast import NOW
from support.filled_forms import values_of
from support.hanging import a_visit

from casework.audit.actions import commit
from casework.cases.models import Case, Note, Visit
from casework.db import db
from casework.operations.invariants import faults

PAUSE = 0.02  # seconds; nobody sends form after form without one


def edit(client, path, change):
    """Open the form, change what it shows, send it, again where the program is busy; return the status."""
    shown = client.get(path)
    assert shown.status_code == 200, path
    values = values_of(shown.text, path)
    form = {"data": values | change(values), "content_type": "multipart/form-data"}
    while (status := client.post(path, **form).status_code) == 503:
        pass
    return status


def one_more(values):
    """Count on from what the page shows: whoever overwrites another's change makes the count too small."""
    return {"findings": str(int(values["findings"][0]) + 1)}


def work(client, times, visit, note, tell):
    """Correct the visit and write a note by turns, and tell what was answered each time."""
    for n in range(times):
        if n % 2:
            tell(f"note {edit(client, note, lambda _values: {'text': '进展', 'day': '2026-11-22'})}")
        else:
            tell(f"visit {edit(client, visit, one_more)}")
        time.sleep(PAUSE)


@pytest.mark.parametrize(
    ("editors", "times"),
    [pytest.param(4, 6, marks=pytest.mark.slow), pytest.param(16, 100, marks=pytest.mark.proof)],
)
@pytest.mark.timeout(900)
def test_no_change_of_a_case_is_lost_when_many_edit_it_at_once(app, crew, editors, times):
    with app.app_context():
        case = a_case()
        visit = a_visit(case, findings="0", follow_ups=[])
        commit()
        case_id, visit_id, version = case.id, visit.id, case.version
    places = f"/cases/{case_id}/visits/{visit_id}", f"/cases/{case_id}/notes/new"
    for _ in range(editors):
        client = app.test_client().sign_in("alice")
        client.checks = False
        crew.fork(partial(work, client, times, *places))
    answers = Counter(crew.all_done())
    assert set(answers) <= {"visit 303", "visit 409", "note 303", "note 409"}
    assert sum(answers.values()) == editors * times
    with app.app_context():
        assert int(db.session.get(Visit, visit_id).findings) == answers["visit 303"] > 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Note)) == answers["note 303"] > 0
        assert db.session.get(Case, case_id).version == version + answers["visit 303"] + answers["note 303"]
        assert list(faults(now=NOW)) == []
