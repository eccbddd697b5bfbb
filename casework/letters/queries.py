"""Reading letters: the department sees all of them, a region those that were dispatched to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from casework.db import db
from casework.letters.content import Issuer, draft_facts, stored_facts, stored_template
from casework.letters.models import Letter, LetterEvent, LetterPrint, LetterText, PrintRun, Recipient
from casework.letters.template_models import LetterTemplateVersion
from casework.letters.waiting import TO_SIGN
from casework.rules.errors import NotFound
from casework.rules.letter_codes import Verification
from casework.rules.letter_facts import LetterFacts
from casework.rules.letter_steps import LetterStanding
from casework.rules.letters import NUMBERED_STATES, LetterState, LetterStep
from casework.rules.words import N_
from casework.settings.queries import setting
from casework.users.models import Account
from casework.users.queries import within_reach


def is_department(reader: Account) -> bool:
    """Whether the reader works in the department itself, and so sees letters on their way."""
    return reader.region.parent_id is None


def letters_within_reach(reader: Account) -> sa.ColumnElement[bool]:
    """The condition that keeps letters to those this reader may see."""
    if is_department(reader):
        return sa.true()
    received = sa.exists().where(
        Recipient.letter_id == Letter.id, Recipient.dispatched_day.is_not(None), of_region(reader)
    )
    return sa.and_(Letter.state.in_(NUMBERED_STATES), received)


def of_region(reader: Account) -> sa.ColumnElement[bool]:
    """The condition that keeps recipients to the offices of the reader's own region: an enterprise there is none."""
    return sa.and_(Recipient.enterprise_id.is_(None), within_reach(Recipient.region_id, reader))


def recipients_seen(letter: Letter, reader: Account) -> list[Recipient]:
    """Who gets the letter, as far as the reader may know: a region learns nothing of another's receipt and reply."""
    if is_department(reader):
        return letter.recipients
    path = reader.region.path
    return [one for one in letter.recipients if one.enterprise_id is None and one.region.path.startswith(path)]


def letter_for(reader: Account, letter_id: int) -> Letter:
    """A letter with its people and recipients, or the answer that there is none."""
    stmt = sa.select(Letter).where(Letter.id == letter_id, letters_within_reach(reader))
    stmt = stmt.options(
        joinedload(Letter.drafter),
        joinedload(Letter.reviewer),
        joinedload(Letter.signer),
        joinedload(Letter.signed_on_behalf_of),
        selectinload(Letter.recipients).options(
            joinedload(Recipient.region), selectinload(Recipient.returned), selectinload(Recipient.reply_files)
        ),
    )
    return _found(db.session.scalars(stmt).unique().one_or_none())


def letter_to_change(reader: Account, letter_id: int) -> Letter:
    """The same with its row locked, so that its version holds until the commit."""
    stmt = sa.select(Letter).where(Letter.id == letter_id, letters_within_reach(reader))
    stmt = stmt.with_for_update(of=Letter).execution_options(populate_existing=True)
    return _found(db.session.scalars(stmt).one_or_none())


def recipient_to_change(reader: Account, recipient_id: int) -> Recipient:
    """A recipient row of a letter that this reader may see, its letter locked first."""
    row = db.session.get(Recipient, recipient_id)
    if row is None:
        raise NotFound(NO_LETTER)
    letter_to_change(reader, row.letter_id)
    db.session.refresh(row, with_for_update={"of": type(row)})
    if row not in recipients_seen(row.letter, reader):
        raise NotFound(NO_LETTER)
    return row


NO_LETTER = N_("There is no such letter, or it did not go to your region.")


def _found(letter: Letter | None) -> Letter:
    if letter is None:
        raise NotFound(NO_LETTER)
    return letter


def events_of(letter_id: int) -> list[LetterEvent]:
    """The way of a letter so far, oldest first, with the people."""
    stmt = sa.select(LetterEvent).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id)
    return list(
        db.session.scalars(stmt.options(joinedload(LetterEvent.actor), joinedload(LetterEvent.on_behalf_of))).unique()
    )


def standing_of(letter: Letter) -> LetterStanding:
    """What the rules need to know: whoever wrote at the text is a drafter, whoever passed it a reviewer."""
    stmt = sa.select(LetterEvent.step, LetterEvent.actor_id).where(
        LetterEvent.letter_id == letter.id, LetterEvent.step.in_((LetterStep.EDIT, LetterStep.PASS_REVIEW))
    )
    people = db.session.execute(stmt).all()
    return LetterStanding(
        state=letter.state,
        drafters=frozenset(row.actor_id for row in people if row.step is LetterStep.EDIT) | {letter.drafter_id},
        reviewers=frozenset(row.actor_id for row in people if row.step is LetterStep.PASS_REVIEW),
    )


def issuer_of(letter: Letter) -> Issuer:
    """The organ as the settings have it now, and the version of the template that the letter was made from."""
    version = db.session.get_one(LetterTemplateVersion, letter.template_version_id)
    return Issuer(setting("organ"), stored_template(version.content))


def texts_of(letter_id: int) -> list[LetterText]:
    """The versions of the text that were submitted, oldest first."""
    stmt = sa.select(LetterText).where(LetterText.letter_id == letter_id).order_by(LetterText.text_version)
    return list(db.session.scalars(stmt))


def text_of(letter_id: int, version: int) -> LetterText:
    """One submitted version of a letter's text, or the answer that there is none."""
    text = db.session.get(LetterText, (letter_id, version))
    if text is None:
        raise NotFound(N_("There is no such version of this letter."))
    return text


def facts_now(letter: Letter, *, today: date) -> LetterFacts:
    """The facts a letter prints as it stands: frozen ones, those that were submitted, or those of the draft."""
    if letter.facts is not None:
        return stored_facts(letter.facts)
    if letter.state is not LetterState.DRAFT and (texts := texts_of(letter.id)):
        return stored_facts(texts[-1].content)
    return draft_facts(letter, issuer_of(letter), today=today)


def numbered(facts: LetterFacts, *, signed: date, number: str, verification: Verification | None = None) -> LetterFacts:
    """The facts with what only signing and registration give."""
    return replace(facts, signed=signed, number=number, verification=verification)


@dataclass(frozen=True)
class Tab:
    """One tab of the list of letters: the states behind it, and whether only unanswered ones."""

    key: str
    label: str
    states: frozenset[LetterState]
    awaited: bool = False
    department: bool = True


_S = LetterState
TABS = (
    Tab("drafts", N_("Drafts"), frozenset({_S.DRAFT})),
    Tab("review", N_("To review"), frozenset({_S.IN_REVIEW})),
    Tab("sign", N_("To sign"), frozenset({_S.TO_SIGN})),
    Tab("register", N_("To register"), frozenset({_S.SIGNED})),
    Tab("awaited", N_("Replies awaited"), frozenset({_S.REGISTERED}), awaited=True, department=False),
    Tab("sent", N_("With a number"), NUMBERED_STATES, department=False),
)


def tabs_for(reader: Account) -> list[Tab]:
    """The tabs that can hold anything for this reader; to a region what was sent is what it received."""
    if is_department(reader):
        return list(TABS)
    seen = [tab for tab in TABS if not tab.department]
    return [replace(tab, label=N_("Letters received")) if tab.key == "sent" else tab for tab in seen]


def letters_in(tab: Tab, reader: Account) -> sa.Select[Any]:
    """The letters of a tab, for a list."""
    stmt = sa.select(Letter).where(Letter.state.in_(tab.states), letters_within_reach(reader))
    if tab.awaited:
        waiting = sa.exists().where(
            Recipient.letter_id == Letter.id, Recipient.replied_day.is_(None), Recipient.reply_due.is_not(None)
        )
        stmt = stmt.where(waiting if is_department(reader) else waiting.where(of_region(reader)))
    recipients = selectinload(Letter.recipients).joinedload(Recipient.region)
    return stmt.options(joinedload(Letter.drafter), recipients)


def tab_counts(reader: Account) -> Mapping[str, int]:
    """How many letters stand in each tab on their way; finished ones are not counted."""
    stmt = sa.select(Letter.state, sa.func.count()).where(letters_within_reach(reader)).group_by(Letter.state)
    by_state = {state: int(number) for state, number in db.session.execute(stmt)}
    counts = {tab.key: sum(by_state.get(state, 0) for state in tab.states) for tab in TABS if tab.key != "sent"}
    awaited = letters_in(next(tab for tab in TABS if tab.awaited), reader).options()
    counts["awaited"] = db.session.execute(
        sa.select(sa.func.count()).select_from(awaited.with_only_columns(Letter.id).subquery())
    ).scalar_one()
    return counts


def waiting_for(signer: Account) -> list[Letter]:
    """The letters that wait for this person's signature, as the worklist has them, oldest first."""
    stmt = sa.select(Letter).where(TO_SIGN, letters_within_reach(signer))
    stmt = stmt.options(joinedload(Letter.drafter), joinedload(Letter.reviewer)).order_by(Letter.id)
    return list(db.session.scalars(stmt, {"me": signer.id}).unique())


def numbered_letters(reader: Account, ids: Iterable[int]) -> list[Letter]:
    """Of these letters those that this reader may see, in the order of their numbers."""
    stmt = sa.select(Letter).where(Letter.id.in_(list(ids)), letters_within_reach(reader))
    return list(db.session.scalars(stmt.order_by(Letter.prefix, Letter.year, Letter.number)).unique())


def letters_of_run(run: PrintRun) -> list[Letter]:
    """The letters of a print run in the order in which they are bound."""
    stmt = sa.select(Letter).join(LetterPrint, LetterPrint.letter_id == Letter.id).where(LetterPrint.run_id == run.id)
    return list(db.session.scalars(stmt.order_by(LetterPrint.id)).unique())


def ids_of_run(run: PrintRun) -> sa.Select[Any]:
    """The numbers of the letters of a print run, as a query."""
    return sa.select(LetterPrint.letter_id).where(LetterPrint.run_id == run.id)


def print_run_by_id(run_id: int) -> PrintRun:
    """A print run with who made it, or the answer that there is none."""
    stmt = sa.select(PrintRun).where(PrintRun.id == run_id).options(joinedload(PrintRun.made_by))
    run = db.session.scalars(stmt).unique().one_or_none()
    if run is None:
        raise NotFound(N_("There is no such print run."))
    return run


def prints_of(letter_id: int, most: int) -> list[LetterPrint]:
    """Who printed a letter and when, the latest first."""
    stmt = sa.select(LetterPrint).where(LetterPrint.letter_id == letter_id).order_by(LetterPrint.id.desc()).limit(most)
    return list(db.session.scalars(stmt.options(joinedload(LetterPrint.printed_by))).unique())
