"""Registers signed letters in a process of its own: python -m support.registering URL SEED SHARE_UNDONE LETTER_IDS.

Each number is printed only after its commit; a share of the registrations is undone after the number was taken.
"""

import random
import sys
from datetime import date

from sqlalchemy.exc import OperationalError

from casework import create_app
from casework.audit.actions import commit, roll_back
from casework.cases.actions.letters import register_letter
from casework.db import db
from casework.letters.content import as_stored
from casework.letters.models import Letter
from casework.rules.letter_facts import Contact, LetterFacts
from casework.rules.letters import AddresseeKind, LetterKind, LetterState
from casework.users.queries import account_by_name, region_by_id
from config import Settings
from support.cast import NOW

DAY = date(2026, 11, 22)


def stub(facts):
    """Print next to nothing, with the number in it."""
    return f"%PDF {facts.number}".encode()


def signed_letters(count):
    """Write so many signed letters that name no case; the caller commits."""
    drafter, signer = account_by_name("alice"), account_by_name("carol")
    region = region_by_id(2)
    facts = LetterFacts(
        kind=LetterKind.WORK_SUPERVISION, organ="厅", prefix="宁环函", addressee=region.government,
        addressee_kind=AddresseeKind.GOVERNMENT, title="函", body=("请支持。",), reply_due=DAY,
        contact=Contact("安丽", "1"), drafted=DAY, signed=DAY, author="厅", subject="工作督促函",
    )  # fmt: skip
    letters = [
        Letter(
            kind=facts.kind, state=LetterState.SIGNED, region_id=region.id, addressee=facts.addressee,
            addressee_kind=facts.addressee_kind, title=facts.title, content={}, reply_due=DAY, drafter_id=drafter.id,
            drafted_at=NOW, signer_id=signer.id, signed_at=NOW, signing_day=DAY, facts=as_stored(facts),
        )
        for _ in range(count)
    ]  # fmt: skip
    db.session.add_all(letters)
    db.session.flush()
    return [letter.id for letter in letters]


def main(url, seed, share_undone, *letter_ids):
    """Register these letters one after another."""
    chance = random.Random(int(seed))
    app = create_app(Settings(secret="s" * 40, database_url=url, demo=True), TESTING=True)
    with app.app_context():
        by = account_by_name("bob")
        for letter_id in map(int, letter_ids):
            print(registered(letter_id, by, chance, float(share_undone)), flush=True)


def registered(letter_id, by, chance, share_undone):
    """Register one letter and return its number; who finds the database busy tries again, as a person would."""
    while True:
        try:
            version = db.session.get(Letter, letter_id).version
            roll_back()
            number = register_letter(letter_id, version, render=stub, by=by, now=NOW, today=DAY).number
            if chance.random() >= share_undone:
                commit()
                return number
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
        roll_back()


if __name__ == "__main__":
    main(*sys.argv[1:])
