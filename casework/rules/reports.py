"""What is made of a report: prefilled, checked as it is typed, compared with the last one and with the records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from casework.rules.errors import RuleError
from casework.rules.report_forms import (
    Field,
    FieldKind,
    MeasureFacts,
    Progress,
    Risk,
    Value,
    read_value,
    typed_text,
)
from casework.rules.words import N_

Typed = Mapping[str, str]
Values = Mapping[str, Value | None]


class Level(StrEnum):
    """How much a problem matters: with an error a report is not submitted; a warning is said and noted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """What a check says of a field: an English msgid with parameters."""

    name: str
    level: Level
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """What the records say of a unit, against which its report is held: tonnes over the years of the cycle."""

    due: int
    surrendered: int
    bought: int
    deadline_day: date  # the last day of the cycle
    today: date
    measures: tuple[MeasureFacts, ...] = ()
    last: Values = field(default_factory=dict)  # what was reported last, empty the first time


@dataclass(frozen=True)
class Reading:
    """What was typed, as far as it can be read, and every problem."""

    values: dict[str, Value | None]
    problems: tuple[Problem, ...]

    @property
    def can_be_submitted(self) -> bool:
        """Tell whether nothing must be put right."""
        return not any(one.level is Level.ERROR for one in self.problems)

    def problems_of(self, name: str) -> list[Problem]:
        """Return the problems of one field."""
        return [one for one in self.problems if one.name == name]


def prefilled(fields: Iterable[Field], facts: UnitFacts) -> dict[str, str]:
    """Return what the form offers: the last report, where there is none the records, and what follows from both."""
    records: dict[str, Value | None] = {"surrendered": facts.surrendered, "bought": facts.bought}
    for measure in facts.measures:
        if measure.done_day is not None:
            records |= {f"m{measure.id}_progress": Progress.DONE.value, f"m{measure.id}_tonnes": measure.done_tonnes}
    found: dict[str, Value | None] = {}
    for one in fields:
        last, known = facts.last.get(one.name), records.get(one.name)
        if isinstance(last, int) and isinstance(known, int):
            found[one.name] = max(last, known)
        else:
            found[one.name] = known if last is None else last
    if not facts.last and facts.due <= facts.surrendered:
        found |= {"to_buy": 0}
    return {name: typed_text(value) for name, value in found.items()}


def following(fields: Sequence[Field], before: Typed, changed: Typed, facts: UnitFacts) -> dict[str, str]:
    """Return what follows from a change: what is still to buy, as long as it was just what is needed or not given."""
    if "to_buy" in changed:
        return {}
    was = read_report(fields, before, facts).values
    needed = _needed(read_report(fields, {**before, **changed}, facts).values, facts)
    if needed is None or was.get("to_buy") not in {None, _needed(was, facts)} or was.get("to_buy") == needed:
        return {}
    return {"to_buy": str(needed)}


def read_report(fields: Sequence[Field], typed: Typed, facts: UnitFacts) -> Reading:
    """Read what was typed and check it: what cannot be read, what is missing, what does not fit together."""
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    for one in fields:
        try:
            values[one.name] = read_value(one, typed.get(one.name, ""))
        except RuleError as error:
            problems.append(Problem(one.name, Level.ERROR, error.message, error.params))
            continue
        if one.needed and values[one.name] is None:
            problems.append(Problem(one.name, Level.ERROR, N_("Fill this in.")))
    problems += check(values, facts)
    return Reading(values, tuple(problems))


def check(values: Values, facts: UnitFacts) -> list[Problem]:
    """Check what can be read against itself, the last report and the records."""
    return [*_sums(values, facts), *_going_down(values, facts), *_days(values, facts), *_needs_words(values)]


def _number(values: Values, name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) else None


def _sums(values: Values, facts: UnitFacts) -> list[Problem]:
    """Surrendered, held and still to buy must together reach what is due, and not ask for more."""
    needed, to_buy = _needed(values, facts), _number(values, "to_buy")
    if needed is None or to_buy is None or to_buy == needed:
        return []
    params = {"due": facts.due, "needed": needed, "given": to_buy}
    if to_buy < needed:
        sentence = N_(
            "%(due)s t are due: with what is surrendered and held %(needed)s t remain to buy, not %(given)s t."
        )
        return [Problem("to_buy", Level.ERROR, sentence, params)]
    sentence = N_("Only %(needed)s t are needed beyond what is surrendered and held.")
    return [Problem("to_buy", Level.WARNING, sentence, params)]


def _needed(values: Values, facts: UnitFacts) -> int | None:
    """Return what lacks beyond the tonnes surrendered and held."""
    surrendered, held = _number(values, "surrendered"), _number(values, "held")
    return None if surrendered is None or held is None else max(facts.due - surrendered - held, 0)


def _going_down(values: Values, facts: UnitFacts) -> list[Problem]:
    """What was surrendered or bought does not become less."""
    found = []
    for name in ("surrendered", "bought", *(f"m{measure.id}_tonnes" for measure in facts.measures)):
        value, last = _number(values, name), _number(facts.last, name)
        if value is not None and last is not None and value < last:
            sentence = N_("Less than last time (%(last)s t).")
            found.append(Problem(name, Level.WARNING, sentence, {"last": last}))
    surrendered = _number(values, "surrendered")
    if surrendered is not None and surrendered < facts.surrendered:
        sentence = N_("The records show %(known)s t surrendered already.")
        found.append(Problem("surrendered", Level.WARNING, sentence, {"known": facts.surrendered}))
    return found


def _days(values: Values, facts: UnitFacts) -> list[Problem]:
    """The expected day lies ahead, and not past the deadline."""
    day = values.get("expected_day")
    if not isinstance(day, date):
        return []
    if day < facts.today and (_number(values, "surrendered") or 0) < facts.due:
        return [Problem("expected_day", Level.ERROR, N_("This day has passed, and not everything is surrendered."))]
    if day > facts.deadline_day:
        params = {"day": facts.deadline_day.isoformat()}
        return [Problem("expected_day", Level.WARNING, N_("Past the statutory deadline %(day)s."), params)]
    return []


def _needs_words(values: Values) -> list[Problem]:
    """A high risk or an account that is blocked needs a word on why."""
    if values.get("risk") == Risk.HIGH.value and not values.get("difficulties"):
        return [Problem("difficulties", Level.ERROR, N_("Say why the risk is high."))]
    return []


@dataclass(frozen=True)
class Change:
    """What differs from the last report."""

    name: str
    before: Value | None
    after: Value | None


def changes(fields: Iterable[Field], values: Values, last: Values) -> list[Change]:
    """List what changed since the last report, in the order of the form."""
    return [
        Change(one.name, last.get(one.name), values.get(one.name))
        for one in fields
        if values.get(one.name) != last.get(one.name)
    ]


_RISK_ORDER = (Risk.LOW.value, Risk.MIDDLE.value, Risk.HIGH.value)
_ACCOUNT_ORDER = ("usable", "hindered", "blocked")


def worsened(values: Values, last: Values) -> tuple[str, ...]:
    """Name the fields in which a unit stands worse than in its last report."""
    if not last:
        return ()
    found = [
        name
        for name, order in (("account", _ACCOUNT_ORDER), ("risk", _RISK_ORDER))
        if _rank(order, values.get(name)) > _rank(order, last.get(name))
    ]
    left, left_before = _number(values, "to_buy") or 0, _number(last, "to_buy") or 0
    found += ["to_buy"] if left > left_before else []
    falling = ("surrendered", "money") if left >= left_before else ("surrendered",)  # money that was spent is no loss
    found += [name for name in falling if _less(values.get(name), last.get(name))]
    day, before = values.get("expected_day"), last.get("expected_day")
    if isinstance(day, date) and isinstance(before, date) and day > before:
        found.append("expected_day")
    found += [
        name for name, value in values.items() if name.endswith("_progress") and _failed_now(value, last.get(name))
    ]
    return tuple(found)


def _rank(order: tuple[str, ...], value: object) -> int:
    return order.index(str(value)) if value in order else 0


def _less(value: Any, last: Any) -> bool:
    return last is not None and (value or 0) < last


def _failed_now(value: object, last: object) -> bool:
    return value == Progress.FAILED.value and last != value


def contradicts(values: Values, facts: UnitFacts) -> tuple[str, ...]:
    """Name the fields in which a report says other than the records: the register holds what is true."""
    found = []
    surrendered = _number(values, "surrendered")
    if surrendered is not None and surrendered != facts.surrendered:
        found.append("surrendered")
    if (_number(values, "bought") or 0) < facts.bought:
        found.append("bought")
    return tuple(found)


class RecordKind(StrEnum):
    """What of the records a report may propose to change."""

    SURRENDERED = "surrendered"
    MEASURE_DONE = "measure_done"

    @property
    def label(self) -> str:
        """English msgid."""
        return _RECORDS[self]


_RECORDS = {
    RecordKind.SURRENDERED: N_("Surrendered so far (t)"),
    RecordKind.MEASURE_DONE: N_("Measure of the relief plan done"),
}


@dataclass(frozen=True)
class Proposed:
    """A change of the records that a report suggests: from, to, and of which measure."""

    kind: RecordKind
    before: int | None
    after: int | None
    measure_id: int | None = None


def proposed(values: Values, facts: UnitFacts) -> list[Proposed]:
    """Say what the records should take over: more tonnes than they know, a measure that is done.

    Fewer tonnes than the records know are a contradiction to be cleared up, not a change to be taken over.
    """
    found = []
    surrendered = _number(values, "surrendered")
    if surrendered is not None and surrendered > facts.surrendered:
        found.append(Proposed(RecordKind.SURRENDERED, facts.surrendered, surrendered))
    for measure in facts.measures:
        if measure.done_day is None and values.get(f"m{measure.id}_progress") == Progress.DONE.value:
            tonnes = _number(values, f"m{measure.id}_tonnes") if measure.kind.brings_tonnes else None
            if measure.kind.brings_tonnes and tonnes is None:
                tonnes = measure.tonnes
            found.append(Proposed(RecordKind.MEASURE_DONE, measure.done_tonnes, tonnes, measure.id))
    return found


def only_texts(fields: Iterable[Field], typed: Typed) -> dict[str, str]:
    """Keep what was typed into fields of the form, and nothing else."""
    most = {one.name: 4_000 if one.kind is FieldKind.TEXT else 100 for one in fields}
    return {name: text[: most[name]] for name, text in typed.items() if name in most}
