"""Templates: nobody approves what he wrote, the old version stays, and letters are made from the approved one."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, account
from support.cast import NOW
from support.templates import in_force

from casework.audit.actions import commit
from casework.cases.actions.letter_drafts import draft_for_cases
from casework.db import db
from casework.letters.actions import templates, way
from casework.letters.actions.drafting import draft
from casework.letters.addressing import Addressees
from casework.letters.content import content_of, draft_facts, stored_template
from casework.letters.queries import issuer_of
from casework.letters.template_models import LetterTemplateEvent, LetterTemplateVersion
from casework.letters.template_queries import pairs, version_in_force
from casework.letters.template_sample import sample_letter
from casework.operations.invariants import faults
from casework.registry.calendar import working_calendar
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.letter_drafts import Occasion
from casework.rules.letter_facts import LetterFacts, UnitRow
from casework.rules.letter_templates import RequestText
from casework.rules.letters import AddresseeKind, Format, LetterKind
from casework.rules.versions import VersionState, VersionStep
from casework.rules.wording import CONSENT_WORDS
from casework.rules.workflow import State

URGING = (LetterKind.WORK_SUPERVISION, AddresseeKind.GOVERNMENT)
BUREAU = (LetterKind.REMINDER, AddresseeKind.BUREAU)
WHEN = {"now": NOW, "today": TODAY}


def as_text(facts: LetterFacts) -> bytes:
    return facts.title.encode()


def text_of(version):
    return stored_template(version.content)


def begun(pair=URGING, **changes):
    """A draft of a new version with some of its text changed."""
    version = templates.begin(*pair, by=account("alice"), now=NOW)
    if changes:
        templates.save(version, replace(text_of(version), **changes), by=account("alice"), now=NOW)
    return version


def step(version, name, who, reason=""):
    templates.take_template_step(version, VersionStep(name), render=as_text, by=account(who), reason=reason, **WHEN)


def approved(pair=URGING, **changes):
    version = begun(pair, **changes)
    step(version, "submit", "alice")
    step(version, "approve", "carol")
    return version


def urging_letter():
    return draft_for_cases(
        [a_case(State.ASSISTING)], URGING[0], addressee_kind=URGING[1], calendar=working_calendar(),
        by=account("alice"), **WHEN,
    )  # fmt: skip


def test_a_letter_is_made_from_the_version_in_force_and_stays_on_it(session):
    old = urging_letter()
    new = approved(title="关于{单位名称}的新函", prefix="宁环督函", closing="盼复。", name="督促函")
    younger = urging_letter()
    assert (old.template_version_id, younger.template_version_id) == (1, new.id)
    assert younger.title.startswith("关于石嘴山惠能热电第")
    assert old.title.startswith("关于商请督促")
    for letter, expected in ((old, ("宁环函", "特此函达，盼复。")), (younger, ("宁环督函", "盼复。"))):
        facts = draft_facts(letter, issuer_of(letter), today=TODAY)
        assert (facts.prefix, facts.closing) == expected
    assert list(faults(["T1", "T2", "I10"], now=NOW)) == []


def test_the_database_itself_keeps_a_letter_on_its_version(session):
    letter = urging_letter()
    commit()
    letter.template_version_id = in_force(LetterKind.SUPERVISION)
    with pytest.raises(sa.exc.DBAPIError, match="stays on the version"):
        db.session.flush()


def test_an_old_version_is_never_lost(session):
    first = text_of(version_in_force(*URGING))
    new = approved(closing="盼复。")
    rows = db.session.scalars(
        sa.select(LetterTemplateVersion)
        .where(LetterTemplateVersion.template_id == new.template_id)
        .order_by(LetterTemplateVersion.number)
    )
    old, current = rows.unique()
    assert (old.state, current.state) == (VersionState.REPLACED, VersionState.APPROVED)
    assert text_of(old) == first
    assert version_in_force(*URGING) is new


@pytest.mark.parametrize("statement", ["UPDATE letter_template_version SET content = '{}'", "DELETE FROM %s"])
def test_the_database_refuses_to_lose_a_version(session, statement):
    session.execute(sa.text("DELETE FROM letter"))
    with pytest.raises(sa.exc.DBAPIError, match=r"stays|never deleted"):
        session.execute(sa.text(statement.replace("%s", "letter_template_version")))


def test_only_one_version_is_on_its_way(session):
    begun()
    with pytest.raises(RuleError, match="go on with that one"):
        begun()


def test_a_returned_version_stays_and_the_next_begins_with_its_text(session):
    version = begun(closing="请予支持，盼复。")
    step(version, "submit", "alice")
    with pytest.raises(RuleError, match="Give a reason"):
        step(version, "return", "carol")
    step(version, "return", "carol", "结尾不合惯例")
    following = begun()
    assert (version.state, following.number) == (VersionState.RETURNED, version.number + 1)
    assert text_of(following).closing == "请予支持，盼复。"
    assert version_in_force(*URGING).number == 1, "what was in force stays in force"


def test_nobody_approves_what_he_wrote_at(session):
    version = begun()
    templates.save(version, replace(text_of(version), closing="盼复。"), by=account("bob"), now=NOW)
    step(version, "submit", "alice")
    session.execute(sa.text("UPDATE account_role SET role = 'leader' WHERE role = 'reviewer'"))
    session.expire_all()
    with pytest.raises(NotAllowed, match="Four eyes"):
        step(version, "approve", "bob")
    step(version, "approve", "carol")


@pytest.mark.parametrize("who", ["carol", "dora", "victor", "adam", "eve"])
def test_only_officers_and_reviewers_write_templates(session, who):
    with pytest.raises(NotAllowed):
        templates.begin(*URGING, by=account(who), now=NOW)
    version = begun()
    with pytest.raises(NotAllowed):
        templates.save(version, replace(text_of(version), closing="x"), by=account(who), now=NOW)


def test_a_submitted_version_is_not_edited_until_it_is_recalled(session):
    version = begun()
    step(version, "submit", "alice")
    changed = replace(text_of(version), closing="盼复。")
    with pytest.raises(RuleError, match="not possible"):
        templates.save(version, changed, by=account("alice"), now=NOW)
    step(version, "recall", "bob")
    templates.save(version, changed, by=account("alice"), now=NOW)
    assert text_of(version).closing == "盼复。"


def test_an_unknown_field_is_not_saved(session):
    version = begun()
    with pytest.raises(RuleError) as refused:
        templates.save(version, replace(text_of(version), body="一\n{单位名城}"), by=account("alice"), now=NOW)
    assert (refused.value.field, refused.value.params["line"]) == ("body", 2)


@pytest.mark.parametrize(
    ("pair", "changes", "why"),
    [
        (URGING, {"body": "责令{单位名称}改正，请支持。"}, "does not instruct"),
        (URGING, {"body": "{贵方}应立即组织清缴，请支持。"}, "does not instruct"),
        (URGING, {"requests": (RequestText("请{贵方}务必督促。"),)}, "does not instruct"),
        (URGING, {"requests": ()}, "at least one request"),
        (URGING, {"title": ""}, "Enter the title"),
        (URGING, {"body": "机密\n请支持。"}, "secrecy|Classified"),
    ],
)
def test_what_may_not_be_said_to_the_addressee_is_refused_when_the_template_is_submitted(session, pair, changes, why):
    version = begun(pair, **changes)
    with pytest.raises(RuleError, match=why):
        step(version, "submit", "alice")
    assert version.state is VersionState.DRAFT


def test_a_bureau_may_be_told_and_a_government_with_its_superiors_consent(session):
    step(begun(BUREAU, body="{贵方}务必督促上述单位清缴。"), "submit", "alice")
    consented = begun(URGING, body=f"{CONSENT_WORDS}，{{贵方}}应立即组织清缴。")
    step(consented, "submit", "alice")
    step(consented, "approve", "carol")
    account("alice").phone = "0951-5160000"
    letter = urging_letter()
    with pytest.raises(RuleError, match="record the day and reference"):
        way.submit(letter, render=as_text, calendar=working_calendar(), by=account("alice"), **WHEN)


def test_a_fact_that_is_missing_is_marked_in_the_draft_and_stops_it_at_review(session):
    case = a_case(State.ASSISTING)
    case.region.bureau, account("alice").phone = "", "0951-5160000"
    letter = draft_for_cases(
        [case], URGING[0], addressee_kind=URGING[1], calendar=working_calendar(), by=account("alice"), **WHEN
    )
    assert content_of(letter).requests[0].who == "【待填：生态环境局】"
    with pytest.raises(RuleError, match="待填：生态环境局"):
        way.submit(letter, render=as_text, calendar=working_calendar(), by=account("alice"), **WHEN)


def test_no_letter_is_made_without_an_approved_template(session):
    for table in ("letter_template_event", "letter"):
        session.execute(sa.text(f"DELETE FROM {table}"))
    session.execute(sa.text("UPDATE letter_template_version SET state = 'returned'"))
    with pytest.raises(RuleError, match="no approved template"):
        urging_letter()


def test_what_a_value_holds_stays_text(session):
    case = a_case(State.ASSISTING)
    case.enterprise.name = "{地区}{{ 7*7 }}<b>{0.__class__}</b>%s公司"
    letter = draft_for_cases(
        [case], URGING[0], addressee_kind=URGING[1], calendar=working_calendar(), by=account("alice"), **WHEN
    )
    assert letter.title == "关于商请督促{地区}{{ 7*7 }}<b>{0.__class__}</b>%s公司完成碳排放配额清缴的函"


@pytest.mark.parametrize("pair", pairs())
def test_every_template_that_comes_with_the_program_could_be_submitted(session, pair):
    seen = []
    templates.check(*pair, text_of(version_in_force(*pair)), render=lambda facts: seen.append(facts) or b"", **WHEN)
    assert "【待填" not in repr(seen)
    assert "{" not in "".join(seen[0].body)


def test_a_bulletin_in_letter_format_is_printed_as_a_letter(session, fonts_folder):
    from casework.letters.pdf import render

    pair = (LetterKind.BULLETIN, AddresseeKind.GOVERNMENT)
    text = replace(text_of(version_in_force(*pair)), format=Format.LETTER)
    _letter, facts = sample_letter(*pair, text, **WHEN)
    assert facts.layout is Format.LETTER
    assert render(facts, fonts=fonts_folder).startswith(b"%PDF")


def test_an_enterprise_is_addressed_by_its_name_where_it_is_the_only_one(session):
    names = ("甲公司", "乙公司")
    for units, addressee in ((names[:1], "甲公司"), (names, "")):
        occasion = Occasion(
            kind=LetterKind.REMINDER, region="石嘴山市", years=("2025",), deadline=date(2026, 12, 31),
            reply_due=date(2026, 12, 10), units=tuple(UnitRow(name, "2025年度", 10, 0) for name in units),
        )  # fmt: skip
        region = a_case(State.ASSISTING).region
        whom = Addressees(AddresseeKind.ENTERPRISE, (region,))
        letter = draft(occasion, whom, units_day=TODAY, by=account("alice"), now=NOW)
        assert letter.addressee == addressee


def test_the_way_of_a_version_is_written_down(session):
    version = approved(closing="盼复。")
    rows = db.session.scalars(
        sa.select(LetterTemplateEvent).where(LetterTemplateEvent.version_id == version.id).order_by("id")
    )
    assert [(row.step.value, row.actor.username) for row in rows] == [
        ("edit", "alice"), ("submit", "alice"), ("approve", "carol"),
    ]  # fmt: skip
