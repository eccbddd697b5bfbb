"""What a letter says beside its columns, and the facts that are printed from both."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casework.letters.models import Letter
from casework.rules.deadlines import day_of
from casework.rules.letter_drafts import figures_text, unit_names
from casework.rules.letter_facts import Attachment, Contact, LetterFacts, Request, UnitRow, Urgency, gap, paragraphs_of
from casework.rules.letter_templates import TemplateText
from casework.rules.letters import KINDS
from casework.rules.plain_json import from_json, to_json
from casework.rules.plan_words import PlanRow, plans_text
from casework.rules.wording import Consent


@dataclass(frozen=True, kw_only=True)
class Content:
    """The text as the drafter edits it: one paragraph a line; `units` and `plans` come from the records alone."""

    basis: str = ""
    body: str = ""
    requests: tuple[Request, ...] = ()
    units: tuple[UnitRow, ...] = ()
    units_day: date | None = None
    plans: tuple[PlanRow, ...] = ()
    units_in_text: bool = True
    attachments: tuple[Attachment, ...] = ()  # made from the records, as the units are
    contact_person: str = ""
    contact_phone: str = ""
    copies: str = ""
    urgency: Urgency = Urgency.NONE


@dataclass(frozen=True)
class Issuer:
    """Who issues a letter, as the settings say, and the version of the template that it was made from."""

    organ: str
    template: TemplateText


def as_stored(value: Content | LetterFacts | TemplateText) -> Any:
    """Plain values for a JSON column."""
    return json.loads(to_json(value))


def content_of(letter: Letter) -> Content:
    """The letter's text as the drafter edits it."""
    return from_json(Content, json.dumps(letter.content or {}))


def stored_facts(value: Any) -> LetterFacts:
    """The facts that were kept in a JSON column."""
    return from_json(LetterFacts, json.dumps(value))


def stored_template(value: Any) -> TemplateText:
    """What a version of a template says, from its JSON column."""
    return from_json(TemplateText, json.dumps(value))


def consent_of(letter: Letter) -> Consent | None:
    """The region government's consent, where its day is recorded."""
    return None if letter.consent_day is None else Consent(letter.consent_day, letter.consent_reference)


def draft_facts(letter: Letter, issuer: Issuer, *, today: date) -> LetterFacts:
    """The facts of a letter as its text stands now; a missing reply day that is needed counts as today until then."""
    content = content_of(letter)
    basis = paragraphs_of(content.basis)
    figures = paragraphs_of(figures_text(content.units, content.units_day, issuer.organ, in_text=content.units_in_text))
    plans = paragraphs_of(plans_text(content.plans, content.units_day, issuer.organ))
    tabled = len(content.units) > 1
    return LetterFacts(
        kind=letter.kind,
        organ=issuer.organ,
        prefix=issuer.template.prefix,
        addressee=letter.addressee,
        addressee_kind=letter.addressee_kind,
        title=letter.title,
        body=(*basis, *figures, *plans, *paragraphs_of(content.body)),
        reply_due=letter.reply_due or (today if KINDS[letter.kind].answered else None),
        contact=Contact(content.contact_person, content.contact_phone),
        drafted=day_of(letter.drafted_at),
        author=issuer.organ,
        subject=issuer.template.name,
        requests=tuple(request for request in content.requests if request.text.strip()),
        units=content.units if tabled else (),
        units_day=content.units_day,
        units_after=len(basis) + len(figures) if tabled and content.units_in_text else None,
        attachments=content.attachments,
        names=() if tabled else unit_names(content.units),
        copies=paragraphs_of(content.copies.replace("，", "\n").replace("、", "\n")),
        urgency=content.urgency,
        consent=consent_of(letter),
        format=issuer.template.format,
        replied_how=issuer.template.replied_how,
        closing=issuer.template.closing,
    )


def with_gaps_marked(facts: LetterFacts) -> LetterFacts:
    """The same facts with a mark in every place that is still empty, for the preview."""

    def or_mark(text: str, what: str) -> str:
        return text if text.strip() else gap(what)

    contact = Contact(or_mark(facts.contact.person, "联系人"), or_mark(facts.contact.phone, "联系电话"))
    return replace(
        facts,
        addressee=or_mark(facts.addressee, "主送机关"),
        title=or_mark(facts.title, "标题"),
        body=facts.body or (gap("正文"),),
        contact=contact,
    )
