"""Beginning a letter and editing its text."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from casework.audit.actions import record
from casework.db import db
from casework.letters.beginning import Place, begun
from casework.letters.comparison import UnitChange, changed_units
from casework.letters.content import Content, Issuer, as_stored, content_of, stored_template
from casework.letters.models import Letter, LetterEvent
from casework.letters.queries import standing_of
from casework.letters.template_queries import version_in_force
from casework.rules.errors import RuleError
from casework.rules.letter_drafts import Occasion
from casework.rules.letter_facts import Contact, UnitRow
from casework.rules.letter_steps import letter_refusal
from casework.rules.letters import AddresseeKind, LetterState, LetterStep, addressee_refusal
from casework.rules.words import N_
from casework.settings.queries import setting
from casework.users.models import Account, Region
from casework.users.queries import actor_of

_COLUMNS = ("addressee", "addressee_kind", "title", "reply_due", "consent_day", "consent_reference")


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What of a letter's text stands in columns of its own."""

    addressee: str
    addressee_kind: AddresseeKind
    title: str
    reply_due: date | None
    consent_day: date | None = None
    consent_reference: str = ""


def draft(
    occasion: Occasion, region: Region, *, addressee_kind: AddresseeKind, units_day: date, by: Account, now: datetime
) -> Letter:
    """Begin a letter from the approved template for its kind and addressee, filled from the facts."""
    if refused := addressee_refusal(occasion.kind, addressee_kind):
        raise refused
    version = version_in_force(occasion.kind, addressee_kind)
    letter = begun(
        occasion,
        Place(government=region.government, bureau=region.bureau),
        Issuer(setting("organ"), stored_template(version.content)),
        addressee_kind=addressee_kind,
        units_day=units_day,
        contact=Contact(by.name, by.phone),
        now=now,
    )
    letter.template_version_id, letter.region_id, letter.drafter_id = version.id, region.id, by.id
    db.session.add(letter)
    db.session.flush()
    _check_editable(letter, by=by)
    _write_event(letter, None, by=by, now=now)
    record(
        "letter draft",
        "letter",
        letter.id,
        by=by,
        now=now,
        after={"kind": letter.kind, "title": letter.title, "template": version.id},
    )
    return letter


def save(letter: Letter, columns: Columns, content: Content, *, by: Account, now: datetime) -> None:
    """Save the text of a draft; the units' figures are not part of what is typed."""
    _check_editable(letter, by=by)
    if refused := addressee_refusal(letter.kind, columns.addressee_kind):
        raise refused
    before = _as_facts(letter)
    for name in _COLUMNS:
        setattr(letter, name, getattr(columns, name))
    letter.content = as_stored(content)
    _note_edit(letter, before, by=by, now=now)


def refresh_units(
    letter: Letter, units: tuple[UnitRow, ...], *, day: date, by: Account, now: datetime
) -> tuple[UnitChange, ...]:
    """Take the units' figures from the records anew and say what changed; the letter remembers the day."""
    _check_editable(letter, by=by)
    if not units:
        raise RuleError(N_("The records show nothing short any more for the units of this letter."))
    changes = changed_units(content_of(letter).units, units)
    before = _as_facts(letter)
    fresh = Content(units=units, units_day=day)
    letter.content = as_stored(content_of(letter)) | {name: as_stored(fresh)[name] for name in ("units", "units_day")}
    _note_edit(letter, before, by=by, now=now)
    return changes


def _check_editable(letter: Letter, *, by: Account) -> None:
    if refused := letter_refusal(LetterStep.EDIT, standing_of(letter), by=actor_of(by)):
        raise refused


def _as_facts(letter: Letter) -> dict[str, object]:
    return {name: getattr(letter, name) for name in _COLUMNS} | dict(letter.content or {})


def _note_edit(letter: Letter, before: dict[str, object], *, by: Account, now: datetime) -> None:
    """Note what an edit changed; whoever writes at the text for the first time becomes a drafter of it."""
    after = _as_facts(letter)
    changed = sorted(name for name in after if after[name] != before.get(name))
    if not changed:
        return
    letter.touch(now=now)
    mine = sa.exists().where(
        LetterEvent.letter_id == letter.id, LetterEvent.step == LetterStep.EDIT, LetterEvent.actor_id == by.id
    )
    if not db.session.execute(sa.select(mine)).scalar():
        _write_event(letter, LetterState.DRAFT, by=by, now=now)
    record(
        "letter edit", "letter", letter.id, by=by, now=now,
        before={name: before.get(name) for name in changed}, after={name: after[name] for name in changed},
    )  # fmt: skip


def _write_event(letter: Letter, before: LetterState | None, *, by: Account, now: datetime) -> None:
    db.session.add(
        LetterEvent(
            letter_id=letter.id, step=LetterStep.EDIT, from_state=before, to_state=LetterState.DRAFT, at=now,
            actor_id=by.id, text_version=letter.text_version,
        )
    )  # fmt: skip
