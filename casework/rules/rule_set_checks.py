"""Why a version of a rule set cannot be saved, or cannot come into force."""

import re
from collections.abc import Iterable

from casework.rules.errors import RuleError
from casework.rules.rule_sets import RULES, CarryOverRule, FigureKind, Rule, RuleSet
from casework.rules.words import N_

_YEAR = re.compile(r"20\d\d(-20\d\d)?")


def years_refusal(years: tuple[str, ...]) -> RuleError | None:
    """Why these cannot be the years of a rule set, or None."""
    if not years:
        return RuleError(N_("Enter at least one compliance year."), "years")
    if wrong := next((year for year in years if not _YEAR.fullmatch(year)), None):
        message = N_("A compliance year is written as 2026 or 2019-2020; this is none: %(year)s.")
        return RuleError(message, "years", year=wrong)
    if len(set(years)) < len(years):
        return RuleError(N_("A compliance year stands here twice."), "years")
    return None


def rules_refusal(rules: RuleSet) -> RuleError | None:
    """Why a version cannot be saved, or None: its years, and each rule's source and figures."""
    faults = (years_refusal(rules.years), *(_rule_refusal(name, rule) for name, rule in rules.kept.items()))
    return next(filter(None, faults), None)


def _rule_refusal(name: str, rule: Rule) -> RuleError | None:
    if not rule.source.strip():
        return RuleError(N_("Say in which document this rule stands."), f"{name}_source")
    for row in RULES[name].figures:
        value = getattr(rule, row.name)
        if row.kind is FigureKind.PERCENT and not 0 <= value <= 100:
            return RuleError(N_("Enter whole percent from 0 to 100."), f"{name}_{row.name}")
        if row.kind is FigureKind.YEAR and not _YEAR.fullmatch(value):
            return RuleError(N_("Write the year as 2026."), f"{name}_{row.name}")
        if row.kind is FigureKind.GROUNDS and not value:
            return RuleError(N_("Choose at least one."), f"{name}_{row.name}")
    if isinstance(rule, CarryOverRule) and rule.last_day < rule.first_day:
        return RuleError(N_("This day lies before the first one."), f"{name}_last_day")
    return None


def years_taken(rules: RuleSet, others: Iterable[RuleSet]) -> RuleError | None:
    """Why a version cannot come into force beside those of other sets, or None: a year has one set of rules."""
    for other in others:
        if both := sorted(set(rules.years) & set(other.years)):
            message = N_("%(years)s: rule set %(code)s is in force for it. A year has one set of rules.")
            return RuleError(message, "years", years=", ".join(both), code=other.code)
    return None
