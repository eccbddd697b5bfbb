"""Letter templates: beginning a version, writing at it, and its way to approval."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from casework.db import db
from casework.letters.actions.way import check_sayable
from casework.letters.content import as_stored, stored_template
from casework.letters.printing import Render
from casework.letters.template_models import LetterTemplate, LetterTemplateVersion
from casework.letters.template_sample import sample_letter
from casework.rules.letter_templates import TemplateText, first_text, text_refusal
from casework.rules.letters import AddresseeKind, LetterKind, addressee_refusal
from casework.rules.versions import VersionStep
from casework.users.models import Account
from casework.versions.actions import begin_version_of, may_write, save_version, take_version_step


def begin(kind: LetterKind, whom: AddresseeKind, *, by: Account, now: datetime) -> LetterTemplateVersion:
    """Begin a new version with the text of the latest; older versions stay as they are."""
    may_write(by=by)
    if refused := addressee_refusal(kind, whom):
        raise refused
    facts, template_id = {"kind": kind, "addressee": whom}, _lock(kind, whom)

    def first() -> Any:
        return as_stored(first_text(kind))

    return begin_version_of(LetterTemplateVersion, template_id, first, facts=facts, by=by, now=now)


def _lock(kind: LetterKind, whom: AddresseeKind) -> int:
    """Lock the row of a template, made on first use, so that two do not begin a version at once."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(LetterTemplate).values(kind=kind, addressee_kind=whom).on_conflict_do_nothing())
    stmt = sa.select(LetterTemplate.id).where(LetterTemplate.kind == kind, LetterTemplate.addressee_kind == whom)
    return db.session.execute(stmt.with_for_update()).scalar_one()


def save(version: LetterTemplateVersion, text: TemplateText, *, by: Account, now: datetime) -> None:
    """Save what a draft says; an unknown field is refused with its line."""
    save_version(version, as_stored(text), text_refusal(text, version.template.kind), by=by, now=now)


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

    def checked(version: LetterTemplateVersion) -> None:
        text = stored_template(version.content)
        check(version.template.kind, version.template.addressee_kind, text, render=render, now=now, today=today)

    take_version_step(version, step, check=checked, by=by, now=now, reason=reason, on_behalf_of=on_behalf_of)
