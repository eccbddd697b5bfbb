"""Beginning a letter and editing its text."""

from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from casework.audit.actions import record
from casework.db import db
from casework.letters.addressing import Addressees, place_of, readdressed, recipients_for, region_over, regions_of
from casework.letters.beginning import begun
from casework.letters.comparison import UnitChange, changed_units
from casework.letters.content import Content, Issuer, as_stored, content_of, stored_template
from casework.letters.models import Letter, LetterEvent
from casework.letters.queries import standing_of
from casework.letters.template_queries import version_in_force
from casework.rules.errors import RuleError
from casework.rules.letter_drafts import Occasion
from casework.rules.letter_facts import Attachment, Contact, UnitRow
from casework.rules.letter_steps import letter_refusal
from casework.rules.letters import KINDS, AddresseeKind, LetterKind, LetterState, LetterStep, addressee_refusal
from casework.rules.plan_words import PlanRow
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
    regions: tuple[Region, ...] = ()  # whose offices get it, where several may; else the recipients stay


def draft(occasion: Occasion, whom: Addressees, *, units_day: date, by: Account, now: datetime) -> Letter:
    """Begin a letter from the approved template for its kind and addressee, filled from the facts."""
    _check_addressees(occasion.kind, whom)
    version = version_in_force(occasion.kind, whom.kind)
    letter = begun(
        occasion,
        place_of(whom.regions),
        Issuer(setting("organ"), stored_template(version.content)),
        addressee_kind=whom.kind,
        units_day=units_day,
        contact=Contact(by.name, by.phone),
        now=now,
    )
    letter.template_version_id, letter.drafter_id = version.id, by.id
    letter.region, letter.recipients = region_over(whom.regions), recipients_for(whom)
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
        after={"kind": letter.kind, "title": letter.title, "template": version.id, "to": _names(letter)},
    )
    return letter


def _check_addressees(kind: LetterKind, whom: Addressees) -> None:
    """Refuse addressees to whom a letter of this kind does not go, nobody, and several where it goes to one."""
    if refused := addressee_refusal(kind, whom.kind):
        raise refused
    if not whom.regions:
        raise RuleError(N_("Choose who gets the letter."), "regions")
    if len(whom.regions) > 1 and not KINDS[kind].several:
        raise RuleError(N_("One letter of this kind goes to one region."), "regions")


def _names(letter: Letter) -> list[str]:
    return [one.name for one in letter.recipients]


def save(letter: Letter, columns: Columns, content: Content, *, by: Account, now: datetime) -> None:
    """Save the text of a draft; the units' figures are not part of what is typed."""
    _check_editable(letter, by=by)
    before = _as_facts(letter)
    addressee = _choose(letter, columns)
    if columns.reply_due != letter.reply_due:  # chosen from here on, no longer counted
        letter.reply_from, letter.reply_days, letter.reply_provisional = None, None, False
    for name in _COLUMNS:
        setattr(letter, name, getattr(columns, name))
    letter.addressee = addressee
    letter.content = as_stored(content)
    _note_edit(letter, before, by=by, now=now)


def _choose(letter: Letter, columns: Columns) -> str:
    """Take who gets the letter as chosen, and return the line of addressees that goes with it."""
    regions = columns.regions if KINDS[letter.kind].several else tuple(regions_of(letter))
    enterprise = letter.recipients[0].enterprise_id if letter.recipients else None
    if (enterprise is not None) != (columns.addressee_kind is AddresseeKind.ENTERPRISE):
        raise RuleError(N_("A letter to an enterprise is drafted as such from its case."), "addressee_kind")
    _check_addressees(letter.kind, Addressees(columns.addressee_kind, regions))
    addressee = readdressed(letter, columns.addressee_kind, regions, columns.addressee)
    chosen = recipients_for(Addressees(columns.addressee_kind, regions))
    wanted = [(one.region, one.name) for one in chosen]
    if enterprise is None and wanted != [(one.region, one.name) for one in letter.recipients]:
        letter.recipients, letter.region = chosen, region_over(regions)
    return addressee


@dataclass(frozen=True)
class Refreshed:
    """What changed when a letter took the records of a day: figures of units, and whether its relief plans moved on."""

    units: tuple[UnitChange, ...]
    plans: bool


def refresh_units(
    letter: Letter,
    units: tuple[UnitRow, ...],
    plans: tuple[PlanRow, ...],
    *,
    day: date,
    by: Account,
    now: datetime,
) -> Refreshed:
    """Take the units' figures and plans from the records anew and say what changed; the letter remembers the day."""
    _check_editable(letter, by=by)
    if not units:
        raise RuleError(N_("The records show nothing short any more for the units of this letter."))
    told, before = content_of(letter), _as_facts(letter)
    letter.content = as_stored(replace(told, units=units, units_day=day, plans=plans))
    _note_edit(letter, before, by=by, now=now)
    return Refreshed(changed_units(told.units, units), told.plans != plans)


def fill_in(
    letter: Letter, title: str, body: str, attachments: tuple[Attachment, ...], *, by: Account, now: datetime
) -> None:
    """Give a draft its title, and put what the records say above its text and into its attachments."""
    _check_editable(letter, by=by)
    before, content = _as_facts(letter), content_of(letter)
    letter.title = title
    letter.content = as_stored(replace(content, body=f"{body}\n{content.body}", attachments=attachments))
    _note_edit(letter, before, by=by, now=now)


def _check_editable(letter: Letter, *, by: Account) -> None:
    if refused := letter_refusal(LetterStep.EDIT, standing_of(letter), by=actor_of(by)):
        raise refused


def _as_facts(letter: Letter) -> dict[str, object]:
    recipients = {"recipients": _names(letter)}
    return {name: getattr(letter, name) for name in _COLUMNS} | recipients | dict(letter.content or {})


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
