"""A letter as a version of a template begins it on an occasion; drafting keeps it, the template's own pages show it."""

from dataclasses import dataclass
from datetime import date, datetime

from casework.letters.content import Content, Issuer, as_stored
from casework.letters.models import Letter
from casework.rules.letter_drafts import (
    MOST_IN_TEXT,
    Occasion,
    default_addressee,
    drafted_requests,
    field_values,
)
from casework.rules.letter_facts import Contact
from casework.rules.letter_fields import fill
from casework.rules.letters import AddresseeKind, LetterState


@dataclass(frozen=True, kw_only=True)
class Place:
    """The offices of the region that a letter goes to; of several regions, each kind in one line."""

    government: str
    bureau: str
    several: bool = False


def begun(
    occasion: Occasion,
    place: Place,
    issuer: Issuer,
    *,
    addressee_kind: AddresseeKind,
    units_day: date,
    contact: Contact,
    now: datetime,
) -> Letter:
    """A letter with the template's text, its fields replaced by the facts; it is in no database yet."""
    names = {"government": place.government, "bureau": place.bureau}
    addressee = default_addressee(occasion, addressee_kind, **names)
    values = field_values(occasion, addressee, organ=issuer.organ, several=place.several, **names)
    text = issuer.template
    content = Content(
        basis=fill(text.basis, values),
        body=fill(text.body, values),
        requests=drafted_requests(text, occasion, values),
        units=occasion.units,
        units_day=units_day,
        plans=occasion.plans,
        units_in_text=len(occasion.units) <= MOST_IN_TEXT,
        contact_person=contact.person,
        contact_phone=contact.phone,
        copies=place.bureau if addressee_kind is AddresseeKind.GOVERNMENT else "",
    )
    return Letter(
        kind=occasion.kind,
        state=LetterState.DRAFT,
        addressee=addressee,
        addressee_kind=addressee_kind,
        title=fill(text.title, values),
        content=as_stored(content),
        reply_due=occasion.reply_due,
        reply_from=occasion.reply_from,
        reply_days=occasion.reply_days,
        reply_provisional=occasion.reply_provisional,
        drafted_at=now,
    )
