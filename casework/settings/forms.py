"""The one form of the settings, made from their declarations."""

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from casework.settings.declared import DECLARED, Declared
from casework.web.forms import Form


def settings_form(values: dict[str, Any]) -> Form:
    """Return a form with one field for each declared setting, showing these values."""
    kind = type("SettingsForm", (Form,), {key: _field(declared) for key, declared in DECLARED.items()})
    form: Form = kind(data=values)
    return form


def _field(declared: Declared) -> Field:
    label, words = _(declared.label), _(declared.help) if declared.help else ""
    if declared.kind == "switch":
        return BooleanField(label, description=words)
    if declared.kind == "choice":
        return SelectField(
            label, choices=[SelectChoice(value, _(name)) for value, name in declared.choices], description=words
        )
    if declared.kind == "number":
        sentence = _("Enter a whole number from %(least)s to %(most)s.", least=declared.least, most=declared.most)
        bounds = NumberRange(declared.least, declared.most, sentence)
        return IntegerField(label, [InputRequired(sentence), bounds], description=words)
    if declared.kind == "address":
        return StringField(label, description=words)
    return StringField(label, [InputRequired(_("Enter 1 to 80 characters."))], description=words)
