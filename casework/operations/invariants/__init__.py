"""What must hold at all times: each invariant is one function that yields where it does not.

Used by `flask verify`, by the deep health check, by the tests and after every restore. Memory stays bounded: rows are
read in parts, files one by one.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from casework.operations.invariants import (
    accounts,
    cases,
    database,
    derived,
    letters,
    rounds,
    templates,
    trail,
    versions,
    work,
)
from casework.operations.invariants.fault import Fault

Check = Callable[[datetime], Iterator[Fault]]
INVARIANTS: dict[str, Check] = {
    "I1": cases.states_follow_history,
    "I2": cases.actors_were_entitled,
    "I3": letters.numbers_run_without_gap,
    "I4": letters.numbered_iff_registered,
    "I5": letters.registered_have_their_pdf,
    "I6": letters.bytes_are_unchanged,
    "I7": trail.chain_is_whole,
    "I8": work.no_job_is_stuck,
    "I9": database.form_tokens_are_unique,
    "I10": database.versions_have_grown,
    "I11": database.nothing_is_orphaned,
    "I12": trail.anchor_is_a_prefix,
    "I13": accounts.offices_are_separate,
    "D1": derived.obligations_add_up,
    "D2": derived.cases_show_their_shortfall,
    "D3": derived.tallies_count_the_cases,
    "D4": derived.cases_stand_with_their_enterprise,
    "D5": derived.replies_are_marked_as_judged,
    "D6": derived.working_deadlines_follow_from_their_facts,
    "M1": work.mails_are_sent_by_their_job,
    "R1": rounds.tallies_count_the_reports,
    "R2": rounds.proposals_rest_on_what_they_name,
    "T1": templates.letters_name_their_template,
    "T2": versions.one_template_is_in_force,
    "V1": versions.one_rule_set_is_in_force,
    "V2": versions.years_have_one_set,
}


def faults(codes: Iterable[str] | None = None, *, now: datetime) -> Iterator[tuple[str, Fault]]:
    """Yield every fault of these invariants (of all by default), each with its invariant's code."""
    for code in INVARIANTS if codes is None else codes:
        for fault in INVARIANTS[code](now):
            yield code, fault
