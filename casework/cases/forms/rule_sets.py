"""Forms of rule sets: the years of a new one, and what a version says rule by rule."""

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.fields import Field

from casework.registry.models import Sector
from casework.rules.errors import RuleError
from casework.rules.rule_sets import RULES, FigureKind, FigureRow, Ground, Rule, RuleSet, SourceStatus
from casework.rules.words import N_
from casework.web.fields import DayField, OneOfField, SomeOfFewField, TonnesField, at_most, required
from casework.web.forms import Form

_BETWEEN = re.compile(r"[\s,，、;；]+")


class PercentField(TonnesField):
    """Whole percent."""

    def read(self, text: str) -> int:
        """Return whole percent from 0 to 100."""
        if not text.isascii() or not text.isdecimal() or not 0 <= int(text[:9]) <= 100:
            raise ValueError(_("Enter whole percent from 0 to 100."))
        return int(text)


class FactorField(TonnesField):
    """A factor with its decimals, such as 1.5."""

    data: Any

    def read(self, text: str) -> Any:
        """Return the number as it was written."""
        try:
            factor = Decimal(text)
        except InvalidOperation:
            factor = Decimal("NaN")
        if not factor.is_finite() or not 0 <= factor <= 100:
            raise ValueError(_("Enter a number from 0 to 100, as 1.5."))
        return factor


class YearsForm(Form):
    """The compliance years of a rule set."""

    years = StringField(
        _l("Compliance years"),
        [required(_l("Enter at least one compliance year.")), at_most(80)],
        description=_l("As 2026, or 2026、2027."),
    )

    @property
    def named_years(self) -> tuple[str, ...]:
        """The years that were typed, in their order."""
        return tuple(sorted(one for one in _BETWEEN.split(self.years.data or "") if one))


class RuleSetForm(YearsForm):
    """What a version says; the fields of each rule follow from `RULES`."""

    @classmethod
    def of(cls, rules: RuleSet) -> Self:
        """Make the form of a version."""
        return cls(data=rules_as_typed(rules))

    def rules(self, before: RuleSet) -> RuleSet:
        """Return what was typed; a rule that these years know has a figure in each of its fields."""
        changes: dict[str, Any] = {name: self._rule(name) for name in RULES}
        return replace(before, years=self.named_years, **changes)

    def _rule(self, name: str) -> Rule | None:
        row = RULES[name]
        if row.optional and self[f"{name}_known"].data != "yes":
            return None
        figures = {figure.name: self._figure(name, figure) for figure in row.figures}
        source, status = self[f"{name}_source"].data or "", SourceStatus(self[f"{name}_status"].data)
        return row.kind(source=source.strip(), status=status, **figures)

    def _figure(self, name: str, figure: FigureRow) -> Any:
        value = self[f"{name}_{figure.name}"].data
        if figure.kind is FigureKind.SECTORS:
            return frozenset(value) if value else None
        if figure.kind is FigureKind.GROUNDS:
            return frozenset(Ground(one) for one in value)
        if value in (None, "") and not figure.without:
            raise RuleError(N_("Enter this figure."), f"{name}_{figure.name}")
        return value.strip() if figure.kind is FigureKind.YEAR else value


_FIELDS: dict[FigureKind, type[Field]] = {
    FigureKind.PERCENT: PercentField,
    FigureKind.TONNES: TonnesField,
    FigureKind.FACTOR: FactorField,
    FigureKind.DAY: DayField,
    FigureKind.YEAR: StringField,
    FigureKind.SECTORS: SomeOfFewField,
    FigureKind.GROUNDS: SomeOfFewField,
}
_CHOICES: dict[FigureKind, type[Sector] | type[Ground]] = {FigureKind.SECTORS: Sector, FigureKind.GROUNDS: Ground}


def _field(figure: FigureRow) -> Field:
    if figure.kind in _CHOICES:
        choices = [(one.value, _l(one.label)) for one in _CHOICES[figure.kind]]
        help_ = _l("None ticked: all.") if figure.without else ""
        return _FIELDS[figure.kind](_l(figure.label), choices=choices, description=help_)
    return _FIELDS[figure.kind](_l(figure.label))


def _give_fields() -> None:
    """Give the form the fields of each rule."""
    for name, row in RULES.items():
        if row.optional:
            known = [("yes", _l("part of the rules")), ("no", _l("not known in these years"))]
            setattr(RuleSetForm, f"{name}_known", OneOfField(_l(row.label), choices=known, default="no"))
        for figure in row.figures:
            setattr(RuleSetForm, f"{name}_{figure.name}", _field(figure))
        statuses = [(one.value, _l(one.label)) for one in SourceStatus]
        setattr(RuleSetForm, f"{name}_source", StringField(_l("Source"), [at_most(400)]))
        setattr(RuleSetForm, f"{name}_status", OneOfField(_l("Status"), choices=statuses, default="unverified"))


_give_fields()


def rules_as_typed(rules: RuleSet) -> dict[str, Any]:
    """Return a version as its form shows it."""
    data: dict[str, Any] = {"years": "、".join(rules.years)}
    for name, row in RULES.items():
        rule = getattr(rules, name)
        data[f"{name}_known"] = "no" if rule is None else "yes"
        if rule is None:
            continue
        data |= {f"{name}_source": rule.source, f"{name}_status": rule.status.value}
        for figure in row.figures:
            value = getattr(rule, figure.name)
            data[f"{name}_{figure.name}"] = sorted(value) if isinstance(value, frozenset) else value
    return data
