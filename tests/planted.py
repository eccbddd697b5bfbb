"""Bugs as people make them, each with the tests that must find it: file, what stands there, what is put instead."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """One planted bug; `new` replaces the first place where `old` stands."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


WORKFLOW = ("tests/rules/test_workflow.py",)
STEPS = ("tests/cases/test_steps.py",)
NUMBERS = ("tests/letters/test_numbers.py",)
QUEUE = ("tests/jobs/test_queue.py",)
TRAIL = ("tests/audit",)

GUARDS = [
    Bug(
        "a case is struck off although a reply is awaited",
        "casework/rules/guards.py",
        "return not facts.awaiting_reply",
        "return True",
        WORKFLOW,
    ),
    Bug(
        "who recorded the settlement strikes off",
        "casework/rules/steps.py",
        "four_eyes=True,",
        "",
        WORKFLOW,
    ),
    Bug(
        "a paused case goes on",
        "casework/rules/workflow.py",
        "if facts.paused and not rule.paused:",
        "if False:",
        WORKFLOW,
    ),
    Bug(
        "a city officer works in any region",
        "casework/rules/workflow.py",
        "if not actor.covers(facts.region_path):",
        "if False:",
        WORKFLOW,
    ),
    Bug(
        "an extension goes beyond the ceiling by a day",
        "casework/rules/guards.py",
        "facts.new_day <= facts.extension_ceiling",
        "facts.new_day.toordinal() <= facts.extension_ceiling.toordinal() + 1",
        WORKFLOW,
    ),
    Bug(
        "a step back leads to the last state but one",
        "casework/cases/queries/facts.py",
        '"state_before": last.source if last',
        '"state_before": moves[0].source if last',
        (*STEPS, "tests/cases/test_pages.py"),
    ),
    Bug(
        "who changed the case meanwhile is overwritten",
        "casework/cases/actions/steps.py",
        "    case.hold()\n",
        "",
        STEPS,
    ),
    Bug(
        "anybody acts on behalf of a leader",
        "casework/users/queries.py",
        "if on_behalf_of is not None and on_behalf_of not in",
        "if False and on_behalf_of not in",
        STEPS,
    ),
    Bug(
        "what a person recorded himself is forgotten at the closing",
        "casework/cases/queries/facts.py",
        '"penalty_recorded_by": frozenset(row.recorded_by_id for row in rows)',
        '"penalty_recorded_by": frozenset()',
        ("tests/cases/test_hanging_actions.py", "tests/cases/test_steps.py"),
    ),
]
NUMBERING = [
    Bug(
        "every second number is left out",
        "casework/letters/actions/freeze.py",
        "values(last=Series.last + 1)",
        "values(last=Series.last + 2)",
        NUMBERS,
    ),
    Bug(
        "a closed series goes on",
        "casework/letters/actions/freeze.py",
        ", Series.closed.is_(False))",
        ")",
        NUMBERS,
    ),
    Bug(
        "a number is kept although the letter is not",
        "casework/letters/actions/freeze.py",
        "    return year, number\n",
        "    db.session.commit()\n    return year, number\n",
        ("tests/letters/test_failing_calls.py",),
    ),
    Bug(
        "the number belongs to the year of the registration",
        "casework/letters/actions/freeze.py",
        "letter.signing_day.year, now=now)",
        "now.year, now=now)",
        NUMBERS,
    ),
]
FREEZE = [
    Bug(
        "the hash is not that of the bytes",
        "casework/letters/actions/freeze.py",
        "letter.sha256 = letter.pdf.sha256",
        'letter.sha256 = "0" * 64',
        NUMBERS,
    ),
    Bug(
        "the facts are kept without the number",
        "casework/letters/actions/freeze.py",
        "letter.facts = as_stored(facts)",
        "letter.facts = as_stored(signed)",
        NUMBERS,
    ),
    Bug(
        "a letter moves the cases that can move and leaves the others",
        "casework/cases/actions/letters.py",
        "raise _in_the_way(case, why) from why",
        "continue",
        ("tests/letters/test_life.py::test_a_case_that_was_settled_meanwhile_stops_the_registration_and_is_named",),
    ),
    Bug(
        "the database lets a numbered letter be changed",
        "casework/migrations/triggers.py",
        "OLD.number IS NOT NULL AND ({changed})",
        "OLD.number IS NULL AND ({changed})",
        NUMBERS,
    ),
    Bug(
        "a form that is sent twice takes effect twice",
        "casework/web/forms.py",
        "row = FormToken(token=token,",
        "row = FormToken(token=uuid.uuid4().hex,",
        ("tests/web/test_double_posts.py",),
    ),
]
AUDIT = [
    Bug(
        "the seal does not cover who it was",
        "casework/audit/actions.py",
        'if key != "hash"}',
        'if key not in {"hash", "actor"}}',
        TRAIL,
    ),
    Bug(
        "what was rolled back is recorded all the same",
        "casework/audit/actions.py",
        "    db.session.rollback()\n    _pending().rows.clear()\n",
        "    db.session.rollback()\n",
        TRAIL,
    ),
    Bug(
        "a cut tail is not seen",
        "casework/operations/invariants/trail.py",
        "!= row_hash:",
        "is None and False:",
        TRAIL,
    ),
    Bug(
        "a denied attempt is not recorded",
        "casework/web/errors.py",
        "    audit.commit()\n",
        "    audit.roll_back()\n",
        ("tests/test_access.py", "tests/web/test_protection.py"),
    ),
]
JOBS = [
    Bug(
        "what a killed worker left is never taken up again",
        "casework/jobs/actions.py",
        "Job.lease_until < now)",
        "Job.lease_until > now)",
        QUEUE,
    ),
    Bug(
        "a worker ends a job that another has taken over",
        "casework/jobs/actions.py",
        " and job.lease_owner == owner else None",
        " else None",
        QUEUE,
    ),
    Bug(
        "a job that fails is tried for ever",
        "casework/jobs/actions.py",
        "if job.attempts < ATTEMPTS_MOST:",
        "if True:",
        QUEUE,
    ),
    Bug(
        "the work is done, its end is noted later",
        "casework/jobs/worker.py",
        "    how(job)\n",
        "    commit()\n    how(job)\n",
        QUEUE,
    ),
]
BUGS = [*GUARDS, *NUMBERING, *FREEZE, *AUDIT, *JOBS]
