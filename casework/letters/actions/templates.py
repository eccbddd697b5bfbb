"""Letter templates: beginning a version, writing at it, and its way to approval."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.audit.actions import record
from casework.db import db
from casework.letters.actions.way import NOT_STANDING_IN, check_sayable
from casework.letters.content import as_stored, stored_template
from casework.letters.printing import Render
from casework.letters.template_models import LetterTemplate, LetterTemplateEvent, LetterTemplateVersion
from casework.letters.template_queries import standing_of_version
from casework.letters.template_sample import sample_letter
from casework.rules.errors import NotAllowed, RuleError
from casework.rules.letter_templates import TemplateText, first_text, text_refusal
from casework.rules.letters import AddresseeKind, LetterKind, addressee_refusal
from casework.rules.versions import OPEN_STATES, VersionStanding, VersionState, VersionStep, version_advance
from casework.rules.words import N_
from casework.users.models import Account, Scope
from casework.users.queries import absent_colleagues, actor_of


def begin(kind: LetterKind, whom: AddresseeKind, *, by: Account, now: datetime) -> LetterTemplateVersion:
    """Begin a new version with the text of the latest; older versions stay as they are."""
    version_advance(VersionStep.EDIT, VersionStanding(VersionState.DRAFT, frozenset()), by=actor_of(by))
    if refused := addressee_refusal(kind, whom):
        raise refused
    template_id = _lock(kind, whom)
    versions = sa.select(LetterTemplateVersion).where(LetterTemplateVersion.template_id == template_id)
    latest = db.session.scalars(versions.order_by(LetterTemplateVersion.number.desc()).limit(1)).unique().first()
    if latest and latest.state in OPEN_STATES:
        raise RuleError(N_("Version %(number)s is still on its way: go on with that one."), number=latest.number)
    version = LetterTemplateVersion(
        template_id=template_id,
        number=latest.number + 1 if latest else 1,
        state=VersionState.DRAFT,
        content=latest.content if latest else as_stored(first_text(kind)),
    )
    db.session.add(version)
    db.session.flush()
    _note(version, VersionStep.EDIT, by=by, now=now)
    after = {"kind": kind, "addressee": whom, "number": version.number}
    record("template begun", "letter template", version.id, by=by, now=now, after=after)
    return version


def _lock(kind: LetterKind, whom: AddresseeKind) -> int:
    """Lock the row of a template, made on first use, so that two do not begin a version at once."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(LetterTemplate).values(kind=kind, addressee_kind=whom).on_conflict_do_nothing())
    stmt = sa.select(LetterTemplate.id).where(LetterTemplate.kind == kind, LetterTemplate.addressee_kind == whom)
    return db.session.execute(stmt.with_for_update()).scalar_one()


def save(version: LetterTemplateVersion, text: TemplateText, *, by: Account, now: datetime) -> None:
    """Save what a draft says; an unknown field is refused with its line."""
    version_advance(VersionStep.EDIT, standing_of_version(version), by=actor_of(by))
    if refused := text_refusal(text, version.template.kind):
        raise refused
    before, after = version.content, as_stored(text)
    if before == after:
        return
    version.content = after
    version.touch(now=now)
    if by.id not in standing_of_version(version).editors:
        _note(version, VersionStep.EDIT, by=by, now=now)
    changed = sorted(name for name in after if after[name] != before.get(name))
    record(
        "template edited", "letter template", version.id, by=by, now=now,
        before={name: before.get(name) for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip


def check(
    kind: LetterKind, whom: AddresseeKind, text: TemplateText, *, render: Render, now: datetime, today: date
) -> bytes:
    """Refuse a text from which no letter could be made, or which may not be said to the addressee; return a sample."""
    if refused := text_refusal(text, kind):
        raise refused
    letter, facts = sample_letter(kind, whom, text, now=now, today=today)
    check_sayable(letter, facts)
    return render(facts)


def take_template_step(
    version: LetterTemplateVersion,
    step: VersionStep,
    *,
    render: Render,
    by: Account,
    now: datetime,
    today: date,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> None:
    """Move a version by one step of its table; approving replaces the version that was in force."""
    if on_behalf_of is not None and on_behalf_of not in absent_colleagues(by, scope=Scope.LETTERS, now=now):
        raise NotAllowed(NOT_STANDING_IN)
    before, actor = version.state, actor_of(by, on_behalf_of=on_behalf_of)
    target = version_advance(step, standing_of_version(version), by=actor, reason=reason)
    if step in (VersionStep.SUBMIT, VersionStep.APPROVE):
        text = stored_template(version.content)
        check(version.template.kind, version.template.addressee_kind, text, render=render, now=now, today=today)
    if step is VersionStep.APPROVE:
        _replace(version.template_id, now=now)
    version.state = target
    version.touch(now=now)
    _note(version, step, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
    record(
        f"template {step.value}", "letter template", version.id, by=by, now=now,
        before={"state": before}, after={"state": target, "reason": reason.strip()},
        on_behalf_of=on_behalf_of.audit_name if on_behalf_of else None,
    )  # fmt: skip


def _replace(template_id: int, *, now: datetime) -> None:
    """Take the version in force out of force; it stays, and letters made from it stay on it."""
    stmt = sa.select(LetterTemplateVersion).where(
        LetterTemplateVersion.template_id == template_id, LetterTemplateVersion.state == VersionState.APPROVED
    )
    for version in db.session.scalars(stmt).unique():
        version.state = VersionState.REPLACED
        version.touch(now=now)
    db.session.flush()


def _note(
    version: LetterTemplateVersion,
    step: VersionStep,
    *,
    by: Account,
    now: datetime,
    reason: str = "",
    on_behalf_of: Account | None = None,
) -> None:
    behalf = on_behalf_of.id if on_behalf_of else None
    event = {"version_id": version.id, "step": step, "at": now, "actor_id": by.id, "on_behalf_of_id": behalf}
    db.session.add(LetterTemplateEvent(**event, reason=reason.strip()))
