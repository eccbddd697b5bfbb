"""Migrations lead up and down with data in the tables, and end at exactly what the models say."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade, upgrade
from support.cases import TODAY, a_case
from support.cast import NOW, set_the_stage
from support.registering import signed_letters, stub
from support.rounds import a_round, submitted, the_reports
from web.changing_forms import FORMS

from casework.audit.actions import Program, commit, record
from casework.cases.actions import pauses
from casework.cases.models import Case, Extension
from casework.cases.views import letter_steps
from casework.db import Base, db
from casework.files.actions import store
from casework.letters.content import stored_template
from casework.letters.models import Recipient, ReplyFile, ReturnedReply
from casework.letters.template_queries import pairs, version_in_force
from casework.operations.invariants import faults
from casework.rounds.models import Round, RoundRegion
from casework.rules.deadlines import end_of_day
from casework.rules.letter_templates import text_refusal
from casework.rules.letters import KINDS, LetterKind
from casework.rules.workflow import State
from casework.users.queries import account_by_name, region_by_code

BEFORE_TEMPLATES = "0004"


def revisions():
    """Return the revisions, newest first."""
    directory = current_app.extensions["migrate"].migrate.get_config()
    return [script.revision for script in ScriptDirectory.from_config(directory).walk_revisions()]


def difference():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_the_newest_version_is_what_the_models_say(session):
    session.remove()
    assert difference() == []


@pytest.mark.slow
def test_every_version_leads_down_and_up_again_with_data(session):
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    session.remove()
    for revision in [*revisions()[1:], "base"]:
        downgrade(revision=revision)
    db.engine.dispose()
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    for revision in reversed(revisions()):
        upgrade(revision=revision)
    db.engine.dispose()
    assert difference() == []
    set_the_stage()
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    assert list(faults(["I7", "I11"], now=NOW)) == []


@pytest.mark.proof
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("world", ["verdict on a reply", "correction of a report", "correction of a visit", "measure"])
def test_from_every_version_the_data_come_up_whole(app, monkeypatch, world):
    monkeypatch.setattr(letter_steps, "_render", stub)
    FORMS[world].made(app)
    with app.app_context():
        for revision in revisions()[1:-1]:  # the last one down takes the head of the trail away
            db.session.remove()
            downgrade(revision=revision)
            upgrade()
            db.engine.dispose()
            assert difference() == [], revision
            assert [f"{code} {fault}" for code, fault in faults(now=NOW)] == [], revision


def test_one_version_down_and_up_keeps_what_is_in_the_tables(session):
    before = session.scalars(sa.text("SELECT username FROM account ORDER BY username")).all()
    session.remove()
    downgrade(revision="-1")
    upgrade()
    db.engine.dispose()
    assert session.scalars(sa.text("SELECT username FROM account ORDER BY username")).all() == before


def test_the_reports_that_were_there_are_counted_when_tallies_come(session):
    a_case()
    midnight = end_of_day(TODAY)
    submitted(the_reports(a_round(due=midnight))[0], surrendered="9500", to_buy="500")
    commit()
    session.remove()
    downgrade(revision="0016")
    upgrade()
    db.engine.dispose()
    assert session.scalars(sa.select(RoundRegion.to_buy)).all() == [500]
    assert session.scalars(sa.select(Round.due_day)).all() == [TODAY]
    assert list(faults(["R1"], now=NOW)) == []


def test_the_file_of_a_reply_is_found_again_when_a_reply_may_bring_several(session):
    signed_letters(1)
    [recipient], alice = session.scalars(sa.select(Recipient)).all(), account_by_name("alice")
    files = [store(name.encode(), f"{name}.pdf", "application/pdf", by=alice, now=NOW) for name in ("旧", "新", "新二")]
    recipient.returned.append(ReturnedReply(replied_day=TODAY, reply="", reply_recorded_by_id=alice.id, why=""))
    session.flush()
    old = recipient.returned[0]
    session.add_all(ReplyFile(recipient_id=recipient.id, file_id=one.id) for one in files[1:])
    session.add(ReplyFile(recipient_id=recipient.id, returned_id=old.id, file_id=files[0].id))
    commit()
    wanted = [(old.id, files[0].id), (None, files[1].id)]
    session.remove()
    downgrade(revision="0022")
    upgrade()
    db.engine.dispose()
    kept = session.execute(sa.select(ReplyFile.returned_id, ReplyFile.file_id).order_by(ReplyFile.id)).all()
    assert list(map(tuple, kept)) == wanted
    assert list(faults(["I11"], now=NOW)) == []


def an_older_letter(kind, whom, number):
    """Write a letter as it was before templates: registered, so that its triggers are at work."""
    alice = db.session.scalar(sa.text("SELECT id FROM account WHERE username = 'alice'"))
    city = region_by_code("640200")
    file = store(f"%PDF-{number}".encode(), "函.pdf", "application/pdf", by=Program("test"), now=NOW)
    commit()
    values = {
        "kind": kind, "state": "registered", "region_id": city.id, "addressee": "石嘴山市人民政府", "title": "函",
        "addressee_kind": whom, "text_version": 1, "consent_reference": "", "drafter_id": alice, "signer_reason": "",
        "drafted_at": "2026-11-20 02:00:00", "prefix": "宁环督函", "year": 2026, "number": number, "pdf_id": file.id,
        "sha256": file.sha256, "ended_reason": "", "version": 1, "facts": "{}",
    }  # fmt: skip
    names = ", ".join(values)
    db.session.execute(sa.text(f"INSERT INTO letter ({names}) VALUES (:{', :'.join(values)})"), values)
    db.session.commit()


def made_from():
    """Return kind and addressee of each letter beside those of the template it names, and its version's number."""
    stmt = (
        "SELECT l.kind, l.addressee_kind, t.kind, t.addressee_kind, v.number FROM letter l"
        " JOIN letter_template_version v ON v.id = l.template_version_id"
        " JOIN letter_template t ON t.id = v.template_id ORDER BY l.number"
    )
    return [tuple(row) for row in db.session.execute(sa.text(stmt))]


@pytest.mark.slow
def test_texts_and_prefixes_become_templates_that_the_letters_name_and_lead_back(session):
    session.remove()
    downgrade(revision=BEFORE_TEMPLATES)
    for kind, whom in (("work_supervision", "government"), ("reminder", "enterprise"), ("supervision", "bureau")):
        an_older_letter(kind, whom, number=len(kind))
    session.execute(
        sa.text("INSERT INTO setting (key, value, version) VALUES (:key, :value, 1)"),
        {"key": "prefix_supervision", "value": '"宁环督函"'},
    )
    session.commit()
    upgrade()
    assert made_from() == [
        ("reminder", "enterprise", "reminder", "enterprise", 1),
        ("supervision", "bureau", "supervision", "government", 1),
        ("work_supervision", "government", "work_supervision", "government", 1),
    ]
    assert {kind: template_text(kind).prefix for kind in LetterKind} == {kind: kind.prefix for kind in LetterKind} | {
        LetterKind.SUPERVISION: "宁环督函"
    }
    assert session.scalars(sa.text("SELECT key FROM setting")).all() == []
    assert list(faults(["I4", "I11", "T1", "T2"], now=NOW)) == []
    for change in ("title = 'x'", "number = 99", "template_version_id = template_version_id + 1"):
        with pytest.raises(sa.exc.DBAPIError):
            session.execute(sa.text(f"UPDATE letter SET {change}"))
        session.rollback()
    session.remove()
    downgrade(revision=BEFORE_TEMPLATES)
    settings = [tuple(row) for row in session.execute(sa.text("SELECT key, value FROM setting"))]
    assert settings == [("prefix_supervision", '"宁环督函"')]
    assert session.scalar(sa.text("SELECT COUNT(*) FROM letter")) == 3
    with pytest.raises(sa.exc.DBAPIError):
        session.execute(sa.text("UPDATE letter SET title = 'x'"))
    session.rollback()


def test_the_templates_that_come_with_the_program_can_be_saved_as_they_are(session):
    for kind, whom in pairs():
        text = stored_template(version_in_force(kind, whom).content)
        assert text_refusal(text, kind) is None
        assert (text.name, text.format) == (kind.chinese, kind.format)
        assert (text.replied_how, text.closing) == (KINDS[kind].replied_how, KINDS[kind].closing)


def template_text(kind):
    whom = next(one for other, one in pairs() if other is kind)
    return stored_template(version_in_force(kind, whom).content)


def test_a_deadline_that_was_moved_before_its_facts_were_kept_stays_where_it_is_and_goes_on_from_there(session):
    alice, today = account_by_name("alice"), date(2026, 11, 23)
    when = [{"now": NOW + timedelta(days=days), "today": today + timedelta(days=days - 1)} for days in (1, 3, 8, 9)]
    case, untouched, over = a_case(State.ASSISTING), a_case(State.ASSISTING), a_case(State.SETTLED, short=0)
    pauses.pause_case(case, "x", today + timedelta(days=9), by=alice, **when[0])
    pauses.resume_case(case, "", by=alice, **when[1])
    session.add(Extension(case_id=over.id, new_day=today, reason="x", asked_by_id=alice.id, asked_at=NOW))
    commit()
    ids, moved = (case.id, untouched.id, over.id), case.working_deadline
    session.remove()
    downgrade(revision="0013")
    upgrade()
    db.engine.dispose()
    case, untouched = session.get(Case, ids[0]), session.get(Case, ids[1])
    assert (case.working_deadline, case.deadline_set, case.deadline_since) == (moved, moved, when[1]["today"])
    assert untouched.deadline_set is None
    assert session.scalars(sa.select(Extension.granted)).one() is False
    assert list(faults(["D6"], now=NOW)) == []
    alice = account_by_name("alice")
    pauses.pause_case(case, "x", today + timedelta(days=19), by=alice, **when[2])
    pauses.resume_case(case, "", by=alice, **when[3])
    assert (moved, case.working_deadline) == (date(2026, 12, 15), date(2026, 12, 16))
