"""Forms of letters: the text, the steps, dispatch, receipt, reply."""

from collections.abc import Iterable
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField, TextAreaField
from wtforms.validators import ValidationError

from casework.letters.actions.drafting import Columns
from casework.letters.actions.recipients import WAYS
from casework.letters.content import Content, content_of
from casework.letters.models import Letter
from casework.rules.letter_facts import Request, Urgency
from casework.rules.letters import KINDS, AddresseeKind, LetterKind, LetterStepRow
from casework.users.behalf import BehalfForm
from casework.users.models import Account, Region
from casework.web.fields import DayField, FilesField, OneOfField, Row, RowsField, SomeOfFewField, at_most, required
from casework.web.forms import Form


class RegionsField(SomeOfFewField):
    """The regions whose offices get the letter."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=int, choices=[], **kwargs)

    def offer(self, regions: Iterable[Region]) -> None:
        """Offer these regions, each by its name."""
        self.choices = [(region.id, region.name) for region in regions]


class RequestRow(Row):
    """One thing the letter asks for."""

    text = StringField(_l("What is asked for"), [required(_l("Say what is asked for.")), at_most(400)])
    who = StringField(_l("Of whom"), [at_most(80)])
    by = DayField(_l("By when"))


def as_typed(letter: Letter) -> dict[str, Any]:
    """The letter as its form shows it."""
    content = content_of(letter)
    names = ("basis", "body", "units_in_text", "contact_person", "contact_phone", "copies")
    columns = ("addressee", "title", "reply_due", "consent_day", "consent_reference")
    data: dict[str, Any] = {name: getattr(content, name) for name in names}
    data |= {name: getattr(letter, name) for name in columns}
    data |= {"addressee_kind": letter.addressee_kind.value, "urgency": content.urgency.value}
    data["regions"] = [one.region_id for one in letter.recipients]
    data["requests"] = [{"text": one.text, "who": one.who, "by": one.by} for one in content.requests]
    return data


class DraftForm(Form):
    """Which letter is drafted, to whom."""

    kind = OneOfField(_l("Kind of letter"), choices=[(kind.value, _l(kind.label)) for kind in LetterKind])
    addressee_kind = OneOfField(_l("Addressed to"), choices=[(kind.value, _l(kind.label)) for kind in AddresseeKind])
    cycle = OneOfField(_l("Compliance cycle"), coerce=int)
    regions = RegionsField(
        _l("Regions"),
        description=_l(
            "A notice or bulletin goes to all that are ticked; any other letter to the region of its cases."
        ),
    )

    @classmethod
    def offering(cls, kinds: Iterable[LetterKind], places: Iterable[Region], **chosen: Any) -> Self:
        """Make the form with these kinds of letter and these regions to choose from."""
        kinds, form = list(kinds), cls(**chosen)
        form.kind.choices = [(kind.value, _l(kind.label)) for kind in kinds]
        whom = [one for one in AddresseeKind if any(one in KINDS[kind].addressees for kind in kinds)]
        form.addressee_kind.choices = [(one.value, _l(one.label)) for one in whom]
        form.regions.offer(places)
        return form


class LetterForm(Form):
    """The text of a letter, one paragraph a line."""

    regions = RegionsField(_l("Regions that get it"))
    addressee = StringField(
        _l("Addressee"), [at_most(400)], description=_l("The line that is printed; empty, it is made from who gets it.")
    )
    addressee_kind = OneOfField(_l("Addressed to"), choices=[(kind.value, _l(kind.label)) for kind in AddresseeKind])
    title = StringField(_l("Title"), [at_most(200)])
    basis = TextAreaField(_l("Basis"), [at_most(4000)], description=_l("Legal basis, task and deadline."))
    body = TextAreaField(_l("Text"), [at_most(16000)], description=_l("One paragraph a line; 一、 makes a heading."))
    requests = RowsField(RequestRow, _l("Requests"), min_entries=2)
    reply_due = DayField(_l("Reply due"))
    units_in_text = BooleanField(_l("Table of units within the text, not as an attachment"))
    contact_person = StringField(_l("Contact"), [at_most(60)])
    contact_phone = StringField(_l("Telephone"), [at_most(40)])
    copies = StringField(_l("Copies to"), [at_most(400)])
    urgency = OneOfField(_l("Urgency"), choices=[(one.value, one.value or _l("none")) for one in Urgency])
    consent_day = DayField(_l("Day of the superior government's consent"))
    consent_reference = StringField(_l("Reference of the consent"), [at_most(120)])

    @classmethod
    def of(cls, letter: Letter) -> Self:
        """Make the form of a letter as its text stands."""
        return cls(data=as_typed(letter)).for_letter(letter)

    def for_letter(self, letter: Letter, regions: Iterable[Region] = ()) -> Self:
        """Offer the addressees that a letter of its kind may have, and these regions where it may go to several."""
        row = KINDS[letter.kind]
        to_enterprise = letter.addressee_kind is AddresseeKind.ENTERPRISE
        kinds = [
            one for one in AddresseeKind if one in row.addressees and (one is AddresseeKind.ENTERPRISE) is to_enterprise
        ]
        self.addressee_kind.choices = [(one.value, _l(one.label)) for one in kinds]
        if row.several:
            self.regions.offer(regions)
        else:
            del self.regions
        return self

    def columns(self, regions: tuple[Region, ...] = ()) -> Columns:
        """Return what stands in columns of the letter."""
        return Columns(
            addressee=(self.addressee.data or "").strip(),
            addressee_kind=AddresseeKind(self.addressee_kind.data),
            title=(self.title.data or "").strip(),
            reply_due=self.reply_due.data,
            consent_day=self.consent_day.data,
            consent_reference=(self.consent_reference.data or "").strip(),
            regions=regions,
        )

    def content(self, letter: Letter) -> Content:
        """Return the rest of the text; what the records gave stays."""
        kept = content_of(letter)
        rows = self.requests.filled
        return Content(
            basis=self.basis.data or "",
            body=self.body.data or "",
            requests=tuple(Request(row["text"] or "", row["who"] or "", row["by"]) for row in rows),
            units=kept.units,
            units_day=kept.units_day,
            plans=kept.plans,
            attachments=kept.attachments,
            units_in_text=bool(self.units_in_text.data),
            contact_person=self.contact_person.data or "",
            contact_phone=self.contact_phone.data or "",
            copies=self.copies.data or "",
            urgency=Urgency(self.urgency.data or ""),
        )


class SignatureForm(BehalfForm):
    """A leader's signature under what was looked at: under one letter or a set of them."""

    reason = TextAreaField(_l("Reason or opinion"), [at_most(2000)])
    password = PasswordField(_l("Your password, or a code of your second factor"), [required(_l("Confirm it is you."))])


class LetterStepForm(SignatureForm):
    """A step of a letter: its reason or opinion, and for a signature the password."""

    @classmethod
    def asking(cls, row: LetterStepRow, absent: Iterable[Account], **given: Any) -> Self:
        """Make the form of a step with the fields it needs."""
        form = cls(**given)
        form.offer(absent)
        if not row.signature:
            del form.password
        if row.reason:
            form.reason.validators = [required(_l("Give a reason.")), at_most(2000)]
            form.reason.flags.required = True
        return form


class DispatchForm(Form):
    """How and when the letter went out."""

    way = OneOfField(_l("Way"), choices=[(way, _l(label)) for way, label in WAYS], default="system")
    day = DayField(_l("Day"), [required(_l("Enter the day."))])

    def without_system(self) -> None:
        """Offer the ways that reach somebody who does not sign in here."""
        self.way.choices = [(way, _l(label)) for way, label in WAYS if way != "system"]


def _one_file(_form: object, field: FilesField) -> None:
    """Refuse several files where one is kept."""
    if len(field.uploads) > 1:
        raise ValidationError(_("Choose one file."))


class ReceiptForm(Form):
    """A receipt that came on paper."""

    day = DayField(_l("Day of the receipt"), [required(_l("Enter the day."))])
    name = StringField(_l("Signed by"), [required(_l("Enter who signed the receipt.")), at_most(60)])
    scan = FilesField(_l("Scan"), [_one_file])


class SealedForm(Form):
    """The scan of a letter with its seal."""

    scan = FilesField(
        _l("Sealed scan"), [required(_l("Choose the scan.")), _one_file],
        description=_l("One PDF with all pages of the letter."), render_kw={"accept": ".pdf"},
    )  # fmt: skip


class AcknowledgeForm(Form):
    """The city officer's acknowledgement."""


class ReplyForm(Form):
    """The written reply."""

    day = DayField(_l("Day of the reply"), [required(_l("Enter the day."))])
    text = TextAreaField(_l("Reply"), [at_most(8000)], render_kw={"rows": 8})
    files = FilesField(
        _l("Files of the reply"), description=_l("PDF, PNG, JPEG, XLSX or DOCX; several can be chosen at once.")
    )

    def for_today(self) -> None:
        """Leave out the day: who answers on the screen answers today."""
        del self.day


class VerdictForm(Form):
    """Whether a reply is accepted for a case."""

    reason = TextAreaField(_l("Reason"), [at_most(2000)])
