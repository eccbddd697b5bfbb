"""Forms of letter templates: the text of a version with its fields, and the steps on its way."""

from typing import Any, Self

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from casework.letters.content import stored_template
from casework.letters.template_models import LetterTemplateVersion
from casework.rules.letter_fields import FIELDS
from casework.rules.letter_templates import DueBy, RequestText, TemplateText
from casework.rules.letters import KINDS, Format
from casework.web.fields import OneOfField, Row, RowsField, at_most, required
from casework.web.forms import Form

INSERTS_INTO = ("title", "basis", "body", "replied_how", "closing")


class RequestTextRow(Row):
    """One thing that letters of a template ask for."""

    text = StringField(_l("What is asked for"), [required(_l("Say what is asked for.")), at_most(400)])
    who = StringField(_l("Of whom"), [at_most(80)])
    by = OneOfField(_l("By when"), choices=[(one.value, _l(one.label)) for one in DueBy])


class TemplateForm(Form):
    """What a version of a template says; fields are put in from the list beside it."""

    name = StringField(_l("Name of such letters"), [required(_l("Enter the name of such letters.")), at_most(40)])
    prefix = StringField(_l("Prefix of the document number"), [required(_l("Enter the prefix.")), at_most(20)])
    format = OneOfField(_l("Format"), choices=[(one.value, one.chinese) for one in Format])
    title = StringField(_l("Title"), [at_most(200)])
    basis = TextAreaField(
        _l("Basis"), [at_most(4000)], description=_l("Below it stand the units' figures, filled from the records.")
    )
    body = TextAreaField(_l("Text"), [at_most(16000)], description=_l("One paragraph a line; 一、 makes a heading."))
    requests = RowsField(RequestTextRow, _l("Requests"), min_entries=2)
    replied_how = StringField(
        _l("How the reply is given"), [at_most(80)], description=_l("Printed between the reply day and 我厅.")
    )
    closing = StringField(_l("Closing words"), [at_most(80)])

    @classmethod
    def of(cls, version: LetterTemplateVersion) -> Self:
        """Make the form of a version, with the formats of its kind."""
        form = cls(data=template_as_typed(version))
        formats = KINDS[version.template.kind].formats
        form.format.choices = [(one.value, one.chinese) for one in formats]
        return form

    def insert_field(self) -> bool:
        """Put the field that a button names at the end of the chosen text; the form itself has no effect then."""
        name, place = request.form.get("insert", ""), request.form.get("into", "")
        if name not in FIELDS or place not in INSERTS_INTO:
            return False
        self[place].data = f"{self[place].data or ''}{{{name}}}"
        return True

    def text(self) -> TemplateText:
        """Return what was typed."""
        asked = (
            RequestText(row["text"] or "", row["who"] or "", DueBy(row["by"] or "")) for row in self.requests.filled
        )
        single = {
            name: (self[name].data or "").strip() for name in ("name", "prefix", "title", "replied_how", "closing")
        }
        return TemplateText(
            **single,
            format=Format(self.format.data),
            basis=self.basis.data or "",
            body=self.body.data or "",
            requests=tuple(asked),
        )


def template_as_typed(version: LetterTemplateVersion) -> dict[str, Any]:
    """The version as its form shows it."""
    text = stored_template(version.content)
    names = ("name", "prefix", "title", "basis", "body", "replied_how", "closing")
    data: dict[str, Any] = {name: getattr(text, name) for name in names} | {"format": text.format.value}
    data["requests"] = [{"text": one.text, "who": one.who, "by": one.by.value} for one in text.requests]
    return data
