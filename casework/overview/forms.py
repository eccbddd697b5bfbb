"""The form of a bulletin, and the day as of which the overview is asked for."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

import wtforms
from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from casework.registry.models import Cycle
from casework.rounds.models import Round
from casework.rounds.views.words import round_name
from casework.rules.letters import KINDS, AddresseeKind, LetterKind
from casework.web.fields import DayField, OneOfField
from casework.web.forms import Form


class BulletinForm(Form):
    """What a bulletin rests on, and to whom it goes."""

    rests_on = OneOfField(
        _l("Rests on"),
        description=_l(
            "Completion is always counted from today's records; reports, risks and requests are those of the round."
        ),
    )
    addressee_kind = OneOfField(
        _l("Addressed to"),
        choices=[(one.value, _l(one.label)) for one in AddresseeKind if one in KINDS[LetterKind.BULLETIN].addressees],
        default=AddresseeKind.BUREAU.value,
    )

    @classmethod
    def offering(cls, rounds: Sequence[Round], cycles: Sequence[Cycle], **chosen: Any) -> Self:
        """Make the form with these rounds and, without a round, these cycles to choose from."""
        form = cls(**chosen)
        form.rests_on.choices = [(f"round-{one.id}", _words(one)) for one in rounds]
        form.rests_on.choices += [
            (f"cycle-{one.id}", _("%(cycle)s: records alone, no round", cycle=one.name)) for one in cycles
        ]
        return form


def _words(round_: Round) -> str:
    return str(
        _(
            "%(round)s (%(state)s, due %(day)s)",
            round=round_name(round_),
            state=_(round_.state.label),
            day=round_.due_day,
        )
    )


class AsOfForm(wtforms.Form):
    """A past day, asked for in the address; it changes nothing."""

    day = DayField(_l("As of"), id="as-of")

    def validate_day(self, field: DayField) -> None:
        """Refuse a day that has not come yet."""
        if field.data and field.data > g.today:
            raise ValidationError(_("%(day)s is still to come.", day=field.data))

    @property
    def on(self) -> date:
        """The day shown: the one asked for if it can be, else today."""
        day: date | None = None if self.errors else self.day.data
        return day or g.today
