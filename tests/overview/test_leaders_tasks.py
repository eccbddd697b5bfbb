"""What the worklist asks of leaders beside signing: to decide on templates, and to undo what a voided letter moved."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.cases import TODAY, account
from support.cast import NOW
from support.registering import letters_with_cases, stub

from casework.audit.actions import commit
from casework.cases.actions.letters import end_letter, register_letter
from casework.cases.actions.steps import take_step
from casework.cases.models import Case, CaseLetter
from casework.db import db
from casework.letters.actions import templates
from casework.letters.models import Letter
from casework.letters.template_models import LetterTemplateEvent
from casework.operations.invariants import faults
from casework.overview.queries import tasks
from casework.rules.errors import NotAllowed
from casework.rules.letters import AddresseeKind, LetterKind, LetterStep
from casework.rules.versions import VersionStep
from casework.rules.workflow import State, Step
from casework.users.models import Delegation

WHEN = {"now": NOW, "today": TODAY}


def asked(name):
    mine = tasks.worklist_of(account(name), now=NOW, today=TODAY).tasks
    return [task.verb for task in mine]


def submitted():
    version = templates.begin(LetterKind.REMINDER, AddresseeKind.BUREAU, by=account("alice"), now=NOW)
    templates.take_template_step(version, VersionStep.SUBMIT, render=lambda _: b"", by=account("alice"), **WHEN)
    return version


def test_a_template_waits_for_a_leader_until_it_is_decided(session):
    version = submitted()
    assert asked("carol") == ["Decide on the template"]
    assert asked("bob") == []
    templates.take_template_step(version, VersionStep.APPROVE, render=lambda _: b"", by=account("carol"), **WHEN)
    assert asked("carol") == []


def stood_in_for(absent, delegate):
    times = {"begins_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=1)}
    db.session.add(Delegation(absent_id=account(absent).id, delegate_id=account(delegate).id, **times))
    db.session.flush()


def test_a_template_is_approved_on_behalf_of_an_absent_leader(app, client):
    with app.app_context():
        version = submitted().id
        stood_in_for("carol", "carl")
        behalf = account("carol").id
        commit()
    path = f"/templates/versions/{version}/step/approve"
    answer = client.sign_in("carl").fill(path, {"behalf": str(behalf)}, follow=False)
    assert answer.status_code == 303, answer.text[-2000:]
    assert "代柯柔" in client.get("/templates/reminder/bureau").text
    with app.app_context():
        last = db.session.scalars(sa.select(LetterTemplateEvent).order_by(LetterTemplateEvent.id.desc())).first()
        assert (last.actor.username, last.on_behalf_of.username) == ("carl", "carol")


def test_nobody_approves_for_a_colleague_who_is_there_or_who_wrote_it(session):
    version = submitted()
    doing = {"render": lambda _: b"", "by": account("carl"), **WHEN}
    with pytest.raises(NotAllowed, match="stand in"):
        templates.take_template_step(version, VersionStep.APPROVE, on_behalf_of=account("carol"), **doing)
    stood_in_for("carol", "carl")
    db.session.add(
        LetterTemplateEvent(version_id=version.id, step=VersionStep.EDIT, at=NOW, actor_id=account("carol").id)
    )
    db.session.flush()
    with pytest.raises(NotAllowed, match="Four eyes"):
        templates.take_template_step(version, VersionStep.APPROVE, on_behalf_of=account("carol"), **doing)


def voided():
    """A letter that urged a case and was voided."""
    letter_id = letters_with_cases(1)[0]
    commit()
    version = db.session.get(Letter, letter_id).version
    register_letter(letter_id, version, render=stub, by=account("bob"), **WHEN)
    commit()
    version = db.session.get(Letter, letter_id).version
    end_letter(letter_id, LetterStep.VOID, version, by=account("carol"), now=NOW, reason="数据有误。")
    commit()
    return db.session.scalars(sa.select(Case).join(CaseLetter).where(CaseLetter.letter_id == letter_id)).one()


def test_a_case_that_a_voided_letter_moved_is_undone_by_a_leader(session):
    case = voided()
    assert case.state is State.URGED
    assert asked("carol") == ["Undo after the voided letter"]
    assert "Undo after the voided letter" not in asked("alice")
    take_step(case, Step.REVOKE, by=account("carol"), reason="函件已撤销。", **WHEN)
    session.flush()
    assert asked("carol") == []


def test_a_code_that_was_not_printed_is_a_fault(session):
    voided()
    assert list(faults(["I5"], now=NOW)) == []
    session.execute(sa.text("DROP TRIGGER letter_keeps_code" + _on_table()))
    session.execute(sa.update(Letter).values(code="K7QM2XRD9HTB4WNE"))
    assert [fault.sentence for _, fault in faults(["I5"], now=NOW)] == ["its code is not the one that was printed"]
    session.rollback()


def _on_table():
    return "" if db.engine.dialect.name == "sqlite" else " ON letter"
