"""Each invariant finds the violation that is planted for it, and nothing where all is well."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.cast import NOW
from support.rounds import a_round
from support.telling import a_mail
from support.templates import in_force

from casework.audit.actions import commit, record
from casework.audit.models import AuditHead, AuditRow
from casework.cases.models import Case, CaseEvent, CaseTally, RuleSetEvent, RuleSetVersion
from casework.db import db
from casework.files.actions import store
from casework.files.models import StoredFile
from casework.jobs.actions import enqueue
from casework.jobs.models import Job, JobState
from casework.letters.models import Letter, Recipient, Series
from casework.letters.template_models import LetterTemplateEvent, LetterTemplateVersion
from casework.migrations import triggers
from casework.operations.anchor import write_anchor
from casework.operations.invariants import INVARIANTS, faults
from casework.registry.models import ComplianceYear, Cycle, Enterprise, Obligation
from casework.rounds.models import RoundRegion
from casework.rules.letters import AddresseeKind, LetterKind, LetterState
from casework.rules.states import State, Step
from casework.rules.versions import VersionState, VersionStep
from casework.users.models import AccountRole
from casework.users.queries import account_by_name, region_by_code

PDF_TEXT = "宁环函〔2026〕1号"


def one_page_pdf(text: str) -> bytes:
    """A PDF of one line."""
    import weasyprint

    return weasyprint.HTML(string=f"<p>{text}</p>").write_pdf()


@pytest.fixture(scope="module")
def pdf():
    return one_page_pdf(PDF_TEXT)


@pytest.fixture
def world(session, pdf):
    """An unbroken world: a case with two steps in its history, a registered letter, a job, an audit trail."""
    alice, city = account_by_name("alice"), region_by_code("640200")
    cycle = Cycle(label="2025", name="2025", deadline=NOW + timedelta(days=39))
    unit = Enterprise(code="91640000MA7WYY5M1X", name="企业", region_id=city.id)
    session.add_all([cycle, unit])
    session.flush()
    year = ComplianceYear(cycle_id=cycle.id, label="2025")
    session.add(year)
    session.flush()
    session.add(Obligation(enterprise_id=unit.id, year_id=year.id, verified=90, allocation=80, due=90, short=90))
    case = Case(
        enterprise_id=unit.id, cycle_id=cycle.id, region_id=city.id, state=State.ASSISTING, officer_id=alice.id,
        working_deadline=date(2026, 12, 1), listed_at=NOW, listed_by_id=alice.id, short=90,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(CaseTally(cycle_id=cycle.id, region_id=city.id, state=State.ASSISTING, cases=1))
    steps = [
        (None, None, State.LISTED),
        (Step.START_ASSISTANCE, State.LISTED, State.ASSISTING),
        (None, State.ASSISTING, State.ASSISTING),  # a relief plan was drafted
    ]
    for seq, (step, source, target) in enumerate(steps, 1):
        session.add(
            CaseEvent(
                case_id=case.id, seq=seq, step=step, from_state=source, to_state=target, at=NOW,
                actor_id=alice.id, actor_role="officer",
            )
        )  # fmt: skip
    file = store(pdf, "letter.pdf", "application/pdf", by=alice, now=NOW)
    letter = Letter(
        template_version_id=in_force(LetterKind.WORK_SUPERVISION), kind=LetterKind.WORK_SUPERVISION,
        state=LetterState.REGISTERED, region_id=city.id, addressee="石嘴山市人民政府",
        addressee_kind=AddresseeKind.GOVERNMENT, title="函", drafter_id=alice.id, drafted_at=NOW,
        prefix="宁环函", year=2026, number=1, pdf_id=file.id, sha256=file.sha256,
    )  # fmt: skip
    session.add_all([letter, Series(prefix="宁环函", year=2026, first=1, last=1)])
    session.flush()
    session.add(Recipient(letter_id=letter.id, region_id=city.id, name="石嘴山市人民政府"))
    record("letter registered", "letter", letter.id, by=alice, now=NOW)
    enqueue("nothing", None, by=None, now=NOW)
    commit()
    for statement in triggers.drop_statements(db.engine.dialect.name, triggers.every()):
        session.execute(sa.text(statement))
    session.commit()
    return session


def found(session, code):
    session.expire_all()
    return [str(fault) for _code, fault in faults([code], now=NOW)]


def change(model, **values):
    return lambda session: session.execute(sa.update(model).values(**values))


def on_second_event(**values):
    return lambda session: session.execute(sa.update(CaseEvent).where(CaseEvent.seq == 2).values(**values))


def lose_references(session):
    if db.engine.dialect.name == "sqlite":
        session.commit()
        driver = session.connection().connection.driver_connection
        for statement in ("COMMIT", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE"):
            driver.execute(statement)
    else:
        session.execute(sa.text("ALTER TABLE obligation DROP CONSTRAINT fk_obligation_enterprise_id_enterprise"))
    session.execute(sa.update(Obligation).values(enterprise_id=4711))


def register_twice(session):
    alice = account_by_name("alice")
    record("letter registered", "letter", 99, by=alice, now=NOW)
    commit()


def two_rule_sets_in_force(session):
    session.execute(sa.text("DROP INDEX uq_rule_set_version_approved"))
    first = session.scalars(sa.select(RuleSetVersion)).first()
    more = {"number": 2, "state": VersionState.APPROVED, "content": first.content}
    session.add(RuleSetVersion(rule_set_id=first.rule_set_id, **more))


def rules_by(**steps):
    """A version of a rule set in force with these steps on its way, each by its account."""

    def plant(session):
        row = session.scalars(sa.select(RuleSetVersion)).first()
        for step, who in steps.items():
            names = who.split("for")
            behalf = account_by_name(names[1].strip()).id if len(names) > 1 else None
            event = {"version_id": row.id, "step": VersionStep(step), "at": NOW, "on_behalf_of_id": behalf}
            session.add(RuleSetEvent(**event, actor_id=account_by_name(names[0].strip()).id))

    return plant


def a_year_in_two_sets(session):
    one, other = session.scalars(sa.select(RuleSetVersion).order_by(RuleSetVersion.id).limit(2)).unique()
    other.content = {**other.content, "years": [*other.content["years"], one.content["years"][0]]}


def two_in_force(session):
    session.execute(sa.text("DROP INDEX uq_letter_template_version_approved"))
    first = session.get(LetterTemplateVersion, in_force(LetterKind.NOTICE, AddresseeKind.BUREAU))
    more = LetterTemplateVersion(
        template_id=first.template_id, number=2, state=VersionState.APPROVED, content=first.content
    )
    session.add(more)


def approved_by_its_editor(session):
    version_id, alice = in_force(LetterKind.NOTICE, AddresseeKind.BUREAU), account_by_name("alice").id
    for step in (VersionStep.EDIT, VersionStep.APPROVE):
        session.add(LetterTemplateEvent(version_id=version_id, step=step, at=NOW, actor_id=alice))


def a_tally_that_lies(session):
    session.flush()
    a_round(cycle=session.scalars(sa.select(Case)).first().cycle)
    session.execute(sa.update(RoundRegion).values(given=1))


PLANTED = {
    "I1 state": ("I1", change(Case, state=State.URGED)),
    "I1 step": ("I1", on_second_event(step=Step.SETTLE)),
    "I1 lost": ("I1", lambda s: s.execute(sa.delete(CaseEvent).where(CaseEvent.seq == 1))),
    "I1 move without a step": ("I1", on_second_event(step=None)),
    "I2 role": ("I2", change(CaseEvent, actor_role="viewer")),
    "I2 region": ("I2", lambda s: s.execute(sa.update(CaseEvent).values(actor_id=account_by_name("dan").id))),
    "I3 gap": ("I3", change(Letter, number=2)),
    "I3 lost": ("I3", change(Series, last=2)),
    "I3 series": ("I3", lambda s: s.execute(sa.delete(Series))),
    "I5 hash": ("I5", change(Letter, sha256="0" * 64)),
    "I5 number": ("I5", change(Letter, year=2025)),
    "I6": ("I6", change(StoredFile, content=b"%PDF-other")),
    "I7 changed": ("I7", change(AuditRow, actor="Mallory")),
    "I7 cut": ("I7", lambda s: s.execute(sa.delete(AuditRow))),
    "I7 head": ("I7", change(AuditHead, hash="0" * 64)),
    "I7 count": ("I7", register_twice),
    "I8 waiting": ("I8", change(Job, due_at=NOW - timedelta(hours=1))),
    "I8 running": ("I8", change(Job, state=JobState.RUNNING, lease_until=None)),
    "I8 ended": ("I8", change(Job, state=JobState.DEAD, ended_at=None)),
    "I10": ("I10", change(Case, version=0)),
    "I11": ("I11", lose_references),
    "I13": ("I13", lambda s: s.add(AccountRole(account_id=account_by_name("adam").id, role="auditor"))),
    "D1": ("D1", change(Obligation, surrendered=5)),
    "D2": ("D2", change(Case, short=1)),
    "D3": ("D3", change(CaseTally, cases=2)),
    "D5": ("D5", lambda s: s.execute(sa.update(Recipient).values(judged=True))),
    "M1": ("M1", lambda s: a_mail(account_by_name("alice"), state=JobState.DONE)),
    "R1": ("R1", a_tally_that_lies),
    "D4": ("D4", lambda s: s.execute(sa.update(Enterprise).values(region_id=region_by_code("640100").id))),
    "D6": ("D6", change(Case, deadline_set=date(2026, 12, 5))),
    "T1 kind": ("T1", lambda s: change(Letter, template_version_id=in_force(LetterKind.SUPERVISION))(s)),
    "T1 draft": ("T1", change(LetterTemplateVersion, state=VersionState.DRAFT)),
    "T2 two": ("T2", two_in_force),
    "T2 four eyes": ("T2", approved_by_its_editor),
    "V1 two": ("V1", two_rule_sets_in_force),
    "V1 four eyes": ("V1", rules_by(edit="alice", approve="alice")),
    "V1 four eyes on behalf": ("V1", rules_by(edit="alice", approve="carol for alice")),
    "V1 unapproved": ("V1", rules_by(edit="alice", submit="alice")),
    "V2": ("V2", a_year_in_two_sets),
}  # fmt: skip


@pytest.mark.parametrize("code", [code for code in INVARIANTS if code != "I11"])
def test_an_unbroken_world_has_no_fault(world, code):
    assert found(world, code) == []


def test_an_unbroken_database_has_no_orphan_and_all_triggers(session):
    assert found(session, "I11") == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_violation_is_found(world, name):
    code, plant = PLANTED[name]
    assert [fault for fault in found(world, code) if "trigger" not in fault and "触发器" not in fault] == []
    plant(world)
    world.flush()
    assert [fault for fault in found(world, code) if "触发器" not in fault], name
    world.rollback()


def test_a_missing_trigger_is_found(world):
    assert len(found(world, "I11")) == len(triggers.names())


def test_a_number_without_registration_is_found_where_the_constraint_is_gone(world):
    if db.engine.dialect.name == "sqlite":
        world.execute(sa.text("PRAGMA ignore_check_constraints=ON"))
    else:
        world.execute(sa.text('ALTER TABLE letter DROP CONSTRAINT "ck_letter_number_iff_registered"'))
    world.execute(sa.update(Letter).values(state=LetterState.DRAFT))
    assert len(found(world, "I4")) == 1
    world.rollback()


@pytest.fixture
def anchored(world, app, tmp_path, monkeypatch):
    """The head of the trail is written to a file."""
    from dataclasses import replace

    path = tmp_path / "outside" / "anchor"
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], anchor=path))
    write_anchor(now=NOW)
    return Path(path)


def test_an_anchored_head_is_found_again_after_the_chain_grew(anchored, world):
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    assert found(world, "I12") == []
    assert len(anchored.read_text().split()) == 3


def test_a_chain_written_anew_from_the_start_is_found(anchored, world):
    world.execute(sa.delete(AuditRow))
    world.execute(sa.update(AuditHead).values(seq=0, hash="0" * 64))
    world.execute(sa.update(Letter).values(prefix=None, year=None, number=None, state=LetterState.DRAFT))
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    assert found(world, "I7") == []
    assert len(found(world, "I12")) == 1


def test_verify_lists_the_faults_and_ends_with_status_1(app, world):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["verify", "--only", "I1", "--only", "I7"]).exit_code == 0
    change(Case, state=State.URGED)(world)
    world.commit()
    result = runner.invoke(args=["verify"])
    assert result.exit_code == 1
    assert "I1 case" in result.output
