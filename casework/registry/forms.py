"""Forms of the registers."""

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import cast

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField, TimeField
from wtforms.validators import Optional

from casework.registry.actions.cycles import CycleFacts, MilestoneFacts
from casework.registry.actions.obligations import Quantities
from casework.registry.models import Cycle, Milestone, Sector
from casework.rules.deadlines import SHANGHAI, last_day
from casework.rules.errors import RuleError
from casework.web.fields import DayField, OneOfFewField, OneOfField, TonnesField, at_most, required
from casework.web.forms import Form

_MUST = _l("This must be filled in.")
_TONNES = _l("Enter whole tonnes.")


class UnitForm(Form):
    """What is said of every enterprise."""

    name = StringField(_l("Enterprise"), [required(_MUST), at_most(120)])
    region_id = OneOfField(_l("Region"), coerce=int)
    sector = OneOfField(_l("Sector"), coerce=Sector)
    contact = StringField(_l("Contact person"), [at_most(60)])
    phone = StringField(_l("Telephone"), [at_most(40)])


class EnterpriseForm(UnitForm):
    """An enterprise in the register."""

    struck_off_day = DayField(
        _l("Struck off on"), [Optional()], description=_l("Only for a unit that no longer exists.")
    )


class NewEnterpriseForm(UnitForm):
    """An enterprise that is not in the register yet."""

    code = StringField(
        _l("Credit code"),
        [required(_MUST), at_most(30)],
        description=_l("18 digits and letters; the last one is checked."),
    )


class QuantitiesForm(Form):
    """What an enterprise owes for a year."""

    verified = TonnesField(_l("Verified emissions (t)"), [required(_TONNES)])
    allocation = TonnesField(_l("Final allocation (t)"), [required(_TONNES)])
    due = TonnesField(_l("Due (t)"), [required(_TONNES)])

    @property
    def quantities(self) -> Quantities:
        """What was filled in, once the form is valid."""
        verified, allocation, due = (cast(int, field.data) for field in (self.verified, self.allocation, self.due))
        return Quantities(verified, allocation, due)


class ObligationForm(QuantitiesForm):
    """An obligation that is not in the register yet."""

    year_id = OneOfField(_l("Compliance year"), coerce=int)


class CorrectionForm(QuantitiesForm):
    """Other quantities, from today on."""

    reason = StringField(_l("Reason"), [required(_MUST), at_most(200)])


class SurrenderForm(Form):
    """What was surrendered on a day, or a correction of it."""

    way = OneOfFewField(_l("What is recorded"), default="surrender")
    day = DayField(_l("Day of surrender"), [required(_l("Enter a day."))])
    tonnes = TonnesField(_l("Quantity (t)"), [required(_TONNES)])
    reason = StringField(_l("Reason"), [at_most(200)], description=_l("Needed for a correction."))

    @property
    def surrender_day(self) -> date:
        """The day, once the form is valid."""
        return cast(date, self.day.data)

    @property
    def signed(self) -> int:
        """The tonnes as they are added up: a correction takes away."""
        tonnes = cast(int, self.tonnes.data)
        return -tonnes if self.way.data == "correction" else tonnes


class CycleForm(Form):
    """A compliance cycle; years and milestones are written one to a line."""

    label = StringField(
        _l("Label"), [required(_MUST), at_most(20)], description=_l("2025, or 2021-2022 for two years.")
    )
    name = StringField(_l("Name of the cycle"), [required(_MUST), at_most(80)])
    day = DayField(_l("Last day of the deadline"), [required(_l("Enter a day."))])
    hour = TimeField(
        _l("Hour"), [Optional()], description=_l("Only if the announcement names an hour; otherwise 24:00 of the day.")
    )
    years = TextAreaField(
        _l("Compliance years"), [required(_MUST)], description=_l("One to a line, such as 2021 or 2019-2020.")
    )
    milestones = TextAreaField(
        _l("Milestones"), description=_l("One to a line: day, percent of units, note. For example: 2023-11-15 95")
    )

    def fill_from(self, cycle: Cycle) -> None:
        """Show what the cycle is."""
        ends = cycle.deadline.astimezone(SHANGHAI)
        self.label.data, self.name.data = cycle.label, cycle.name
        self.day.data = last_day(cycle.deadline)
        self.hour.data = None if ends.time() == time() else ends.time()
        self.years.data = "\n".join(year.label for year in cycle.years)
        self.milestones.data = "\n".join(milestone_line(one) for one in cycle.milestones)

    def facts(self) -> CycleFacts:
        """What was filled in; refuses lines that are no milestone."""
        return CycleFacts(
            label=self.label.data.strip(),
            name=self.name.data.strip(),
            last_day=cast(date, self.day.data),
            hour=self.hour.data,
            years=self.years.data.split(),
            milestones=[_milestone(line) for line in (self.milestones.data or "").splitlines() if line.strip()],
        )


def milestone_line(milestone: Milestone) -> str:
    """A milestone as one line of text."""
    share = f"{Decimal(milestone.share) / 100:f} %"
    return f"{milestone.day} {share} {milestone.note}".strip()


def _milestone(line: str) -> MilestoneFacts:
    match = re.fullmatch(r"\s*(\d{4}-\d{2}-\d{2})[\s,，]+(\d{1,3}(?:\.\d{1,2})?)\s*[%％]?\s*(.{0,200})", line)
    try:
        if match is None:
            raise ValueError(line)
        day, share = date.fromisoformat(match[1]), Decimal(match[2]) * 100
    except (ValueError, InvalidOperation) as error:
        raise RuleError("Write each milestone as day and percent: 2023-11-15 95", field="milestones") from error
    if not 0 < share <= 10_000:
        raise RuleError("A milestone is a share between 0 and 100 percent.", field="milestones")
    return MilestoneFacts(day, int(share), match[3].strip())


class UploadForm(Form):
    """A workbook to import."""

    file = FileField(
        _l("Workbook"),
        [FileRequired(_l("Choose the workbook first."))],
        description=_l(".xlsx or .csv; the head row and the columns are found by their words."),
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )


class SurrenderUploadForm(UploadForm):
    """A surrender table of a compliance year."""

    year_id = OneOfField(_l("Compliance year"), coerce=int)


class TradesUploadForm(UploadForm):
    """A trade table of a cycle."""

    cycle_id = OneOfField(_l("Cycle"), coerce=int)


class ConfirmForm(Form):
    """A step that needs no more than the button."""

    agrees = True
