"""The form of a bulletin."""

from collections.abc import Sequence
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from casework.registry.models import Cycle
from casework.rounds.models import Round
from casework.rounds.views.words import round_name
from casework.rules.letters import KINDS, AddresseeKind, LetterKind
from casework.web.fields import OneOfField
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
