"""Forms of the relief plan: writing, deciding, failing, and a measure that is done."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField, ValidationError

from casework.rules.measures import MeasureKind
from casework.users.behalf import BehalfForm
from casework.web.fields import DayField, OneOfField, Row, RowsField, TonnesField, YuanField, at_most, required
from casework.web.forms import Form


class MeasureRow(Row):
    """One measure."""

    kind = OneOfField(
        _l("Measure"),
        choices=[("", _l("choose")), *((kind.value, _l(kind.label)) for kind in MeasureKind)],
        default="",
    )
    tonnes = TonnesField(_l("Tonnes"))
    amount = YuanField(_l("Money (yuan)"))
    responsible = StringField(_l("Who answers for it"), [required(_l("Say who answers for it.")), at_most(120)])
    due_day = DayField(_l("Due"), [required(_l("Enter the day by which it is due."))])
    note = StringField(_l("Remark"), [at_most(400)])

    def validate_kind(self, field: OneOfField) -> None:
        """A measure that says anything has a kind."""
        if not field.data:
            raise ValidationError(_l("Choose the kind of measure."))


class PlanForm(Form):
    """A version of the relief plan while it is being drafted."""

    summary = TextAreaField(
        _l("Situation and approach"), [required(_l("Describe the situation and the approach.")), at_most(5000)]
    )
    measures = RowsField(MeasureRow, _l("Measures"), min_entries=2)

    def facts(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {"summary": self.summary.data, "measures": [_measure(row) for row in self.measures.filled]}


def _measure(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"kind": MeasureKind(row["kind"]), "tonnes": row["tonnes"] or 0, "note": row["note"] or ""}


class PlanDecisionForm(BehalfForm):
    """A leader's approval or return; a return needs its reason, which the action asks for."""

    agrees = True

    reason = TextAreaField(_l("Reason or remark"), [at_most(2000)])


class PlanSubmitForm(Form):
    """Putting exactly what the page shows before a leader."""

    agrees = True


class PlanFailedForm(Form):
    """Why a plan failed."""

    reason = TextAreaField(_l("Why it failed"), [required(_l("Say why the plan failed.")), at_most(2000)])


class MeasureDoneForm(Form):
    """When a measure was done, and what it brought."""

    done_day = DayField(_l("Done on"), [required(_l("Enter the day on which it was done."))])
    done_tonnes = TonnesField(_l("Tonnes brought"))
