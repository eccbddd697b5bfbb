"""Forms of the department's side: opening rounds, schedules, review, correction, decisions on proposals."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField, TimeField
from wtforms.validators import NumberRange

from casework.registry.models import Cycle
from casework.rounds.actions.opening import RoundFacts
from casework.rounds.models import Schedule
from casework.rounds.queries.facts import FormOfUnit
from casework.rounds.units import UnitFilter, read_filter
from casework.rules.causes import Cause
from casework.rules.report_forms import FieldKind
from casework.rules.rounds import Rhythm, at
from casework.users.queries import RegionName
from casework.web.fields import DayField, OneOfField, SomeOfFewField, TonnesField, at_most, required
from casework.web.forms import Form

_DAY = _l("Enter a day.")


class _UnitsForm(Form):
    """Which units are asked, and what the cities are told."""

    regions = SomeOfFewField(_l("Only these regions"), description=_l("None ticked: every region."))
    causes = SomeOfFewField(
        _l("Only these causes"),
        choices=[(cause.value, _l(cause.label)) for cause in Cause],
        description=_l("None ticked: every open case."),
    )
    only_short = BooleanField(_l("Only units that are still short"))
    note = TextAreaField(_l("Note to the cities"), [at_most(2000)])

    def offer(self, regions: Iterable[RegionName]) -> None:
        """Offer the regions below the province."""
        self.regions.choices = [(str(one.id), one.name) for one in regions if one.parent_id is not None]

    def units(self) -> UnitFilter:
        """What was chosen."""
        return UnitFilter(
            region_ids=tuple(int(one) for one in self.regions.data or ()),
            causes=tuple(Cause(one) for one in self.causes.data or ()),
            only_short=bool(self.only_short.data),
        )


class RoundForm(_UnitsForm):
    """A round opened by hand."""

    cycle = OneOfField(_l("Cycle"))
    period_first = DayField(_l("Period from"), [required(_DAY)])
    period_last = DayField(_l("to"), [required(_DAY)])
    due_day = DayField(_l("To be reported by"), [required(_DAY)])
    due_hour = TimeField(_l("Hour"), [required(_l("Enter an hour."))])

    def offer_cycles(self, cycles: Sequence[Cycle]) -> None:
        """Offer the cycles, the latest first."""
        self.cycle.choices = [(str(cycle.id), cycle.name) for cycle in cycles]

    def facts(self) -> RoundFacts:
        """What was filled in."""
        return RoundFacts(
            period_first=self.period_first.data,
            period_last=self.period_last.data,
            due_at=at(self.due_day.data, self.due_hour.data),
            units=self.units(),
            note=self.note.data or "",
        )


class ScheduleForm(_UnitsForm):
    """What makes rounds by itself."""

    cycle = OneOfField(_l("Cycle"))
    rhythm = OneOfField(
        _l("Rhythm"),
        choices=[(one.value, _l(one.label)) for one in Rhythm],
        description=_l("Denser: every four weeks, two weeks, week and at last every three days."),
    )
    first_day = DayField(
        _l("First round on"), [required(_DAY)], description=_l("On a day off it opens on the next working day.")
    )
    last_day = DayField(_l("No round after"), [required(_DAY)])
    working_days = IntegerField(
        _l("Working days to report"),
        [required(_l("Enter a number.")), NumberRange(1, 15, _l("Give between 1 and 15 working days to report."))],
        default=3,
    )
    active = BooleanField(_l("Make rounds"), default=True)

    offer_cycles = RoundForm.offer_cycles

    def fill_from(self, schedule: Schedule) -> None:
        """Show how the schedule stands."""
        units = read_filter(schedule.units)
        self.cycle.data, self.rhythm.data = str(schedule.cycle_id), schedule.rhythm.value
        self.first_day.data, self.last_day.data = schedule.first_day, schedule.last_day
        self.working_days.data, self.active.data, self.note.data = (
            schedule.working_days, schedule.active, schedule.note
        )  # fmt: skip
        self.regions.data = [str(one) for one in units.region_ids]
        self.causes.data, self.only_short.data = [one.value for one in units.causes], units.only_short

    def values(self) -> dict[str, Any]:
        """What the action takes besides the units."""
        return {
            "rhythm": Rhythm(self.rhythm.data),
            "first_day": self.first_day.data,
            "last_day": self.last_day.data,
            "working_days": self.working_days.data,
            "note": (self.note.data or "").strip(),
        }


class ReviewManyForm(Form):
    """What becomes of the chosen reports; sending back needs its reason, which the action asks for."""

    reason = StringField(_l("Reason"), [at_most(500)])


class ReviewForm(Form):
    """Accepting one report or sending it back."""

    agrees = True

    reason = TextAreaField(_l("What must be put right"), [at_most(2000)])


class DeclineForm(Form):
    """Why the records stay as they are although a report or an import says otherwise."""

    reason = TextAreaField(_l("Reason"), [required(_l("Say why the records stay as they are.")), at_most(2000)])


class OtherFiguresForm(Form):
    """What a measure brought, where it is not what was proposed."""

    done_tonnes = TonnesField(_l("Tonnes brought"), [required(_l("Enter the tonnes that the measure brought."))])
    done_day = DayField(_l("Done on"), description=_l("Leave it empty while the measure is under way."))


def correction_form(form: FormOfUnit, typed: dict[str, str]) -> "CorrectionForm":
    """Make the form of a correction out of the fields of the report."""
    fields: dict[str, Any] = {}
    for one in form.fields:
        label = _l(one.label)
        if one.measure is not None:
            label = _l("%(measure)s: %(field)s", measure=_l(one.measure.label), field=_l(one.label))
        if one.kind is FieldKind.CHOICE:
            choices = [("", _l("choose")), *((value, _l(word)) for value, word in one.choices)]
            fields[one.name] = OneOfField(label, choices=choices, default="")
        elif one.kind is FieldKind.TEXT:
            fields[one.name] = TextAreaField(label, [at_most(one.most)])
        else:
            fields[one.name] = StringField(label, [at_most(60)])
    made = type("CorrectionForm", (CorrectionForm,), {**fields, "names": tuple(fields)})
    return made(data=typed)  # type: ignore[no-any-return]


class CorrectionForm(Form):
    """What is changed after the freeze, and why."""

    names: tuple[str, ...] = ()
    why = TextAreaField(
        _l("Reason of the correction"),
        [required(_l("Say why this is corrected: everybody sees it.")), at_most(1000)],
    )

    def typed(self) -> dict[str, str]:
        """What stands in the fields of the report."""
        return {name: str(self[name].data or "") for name in self.names}
