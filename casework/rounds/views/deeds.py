"""What the buttons of the city's list do, by their value: a deed, or a deed and the ids of reports."""

from collections.abc import Callable, Sequence

from flask import g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from casework.rounds.actions.filling import recall_reports, start_over
from casework.rounds.actions.reporting import Outcome, mark_all_unchanged, mark_unchanged, submit_reports
from casework.rounds.models import Report
from casework.rounds.queries.filling import FillPage, waits_for_change
from casework.rules.errors import RuleError, Stale
from casework.rules.rounds import WITH_CITY
from casework.web.i18n import ngettext

Done = tuple[str, str | None]  # where the page goes on, and what it says


def do_deed(fill: FillPage, asked: str) -> Done:
    """Do what a button asks for with the reports it names, with all of the page where it names none."""
    name, _colon, ids = asked.partition(":")
    chosen = {int(one) for one in ids.split(",") if one.isdecimal()}
    reports = [card.report for card in fill.cards if not chosen or card.report.id in chosen]
    deed = DEEDS.get(name)
    if deed is None or not reports:
        raise RuleError("This page is incomplete. Open it again and repeat what you did.")
    return deed(fill, reports, bool(chosen))


def _place(fill: FillPage, *, anchor: Sequence[Report] = (), marked: Sequence[Report] = ()) -> str:
    """Return the list's address, at the unit at which one is."""
    part = f"unit-{anchor[0].id}" if len(anchor) == 1 else None
    ids = ",".join(str(one.id) for one in marked) or None
    return url_for("rounds.fill", round_id=fill.round.id, _anchor=part, marked=ids)


def _save(fill: FillPage, _reports: Sequence[Report], _named: bool) -> Done:
    return _place(fill), _("Saved.")


def _unchanged(fill: FillPage, reports: Sequence[Report], named: bool) -> Done:
    if named:
        mark_unchanged(reports[0], by=current_user, now=g.now, today=g.today)
        return _place(fill, anchor=reports), None
    done = _mark_rest(reports).done
    if not done:
        raise RuleError("There is no unit left of which this can be said.")
    return _place(fill, marked=done), None


def _changed(fill: FillPage, reports: Sequence[Report], _named: bool) -> Done:
    start_over(_in_hand(reports), by=current_user, now=g.now, today=g.today)
    return _place(fill, anchor=reports), _("“No change” was taken back.")


def _submit(fill: FillPage, reports: Sequence[Report], _named: bool) -> Done:
    if not _in_hand(reports):
        raise Stale("Everything here was submitted already: load the page again to see it.")
    ready = [one for one in _in_hand(reports) if not waits_for_change(one)]
    outcome = submit_reports(ready, by=current_user, now=g.now, today=g.today)
    if not outcome.done:
        raise RuleError("Nothing can be submitted yet: no unit is filled in completely.")
    said = ngettext("%(num)s unit is submitted.", "%(num)s units are submitted.", len(outcome.done))
    if missing := len(_in_hand(reports)):
        said += " " + ngettext("%(num)s unit is still missing.", "%(num)s units are still missing.", missing)
    return _place(fill), said


def _rest(fill: FillPage, reports: Sequence[Report], named: bool) -> Done:
    _mark_rest(reports)
    return _submit(fill, reports, named)


def _recall(fill: FillPage, reports: Sequence[Report], _named: bool) -> Done:
    if not recall_reports(reports, by=current_user, now=g.now):
        raise RuleError("Only a submitted report that was not reviewed yet can be taken back.")
    return _place(fill, anchor=reports), _("Taken back: change it and submit it again.")


def _mark_rest(reports: Sequence[Report]) -> Outcome:
    return mark_all_unchanged(_in_hand(reports), by=current_user, now=g.now, today=g.today)


def _in_hand(reports: Sequence[Report]) -> list[Report]:
    return [one for one in reports if one.state in WITH_CITY]


DEEDS: dict[str, Callable[[FillPage, Sequence[Report], bool], Done]] = {
    "save": _save,
    "unchanged": _unchanged,
    "changed": _changed,
    "submit": _submit,
    "rest": _rest,
    "recall": _recall,
}
