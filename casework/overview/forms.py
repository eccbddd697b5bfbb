"""The form of a bulletin."""

from flask_babel import lazy_gettext as _l

from casework.rules.letters import KINDS, AddresseeKind, LetterKind
from casework.web.fields import OneOfField
from casework.web.forms import Form


class BulletinForm(Form):
    """On which cycle a bulletin is drafted, and to whom."""

    cycle = OneOfField(_l("Compliance cycle"), coerce=int)
    addressee_kind = OneOfField(
        _l("Addressed to"),
        choices=[(one.value, _l(one.label)) for one in AddresseeKind if one in KINDS[LetterKind.BULLETIN].addressees],
        default=AddresseeKind.BUREAU.value,
    )
