"""Whatever is done in whichever order: all invariants hold after every step, and every cell of the table is reached."""

import random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from casework.rules.workflow import Step

from .sequences import LEGAL, Sequences

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
CELLS = sorted(LEGAL)


@pytest.mark.slow
def test_some_sequences_of_steps_leave_every_invariant_true(app, fresh):
    few = settings(max_examples=3, stateful_step_count=12, derandomize=True, phases=[Phase.generate], **QUIET)
    run_state_machine_as_test(lambda: Sequences(app, fresh, set()), settings=few)


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_many_sequences_of_steps_leave_every_invariant_true(app, fresh):
    visited = set()
    many = settings(max_examples=30, stateful_step_count=50, phases=[Phase.generate], **QUIET)
    run_state_machine_as_test(lambda: Sequences(app, fresh, visited), settings=many)
    assert visited <= LEGAL


@pytest.mark.parametrize(
    "cells", [pytest.param(CELLS[::49], marks=pytest.mark.slow), pytest.param(CELLS, marks=pytest.mark.proof)]
)
@pytest.mark.timeout(3600)
def test_every_legal_cell_of_the_table_is_reached_by_real_steps(app, fresh, cells):
    visited, chance = set(), random.Random(len(cells))
    for number, (state, step, paused) in enumerate(cells):
        if number % 20 == 0:
            work = Sequences(app, fresh, visited)
        case_id = work.led_to(state, "2024", chance.choice)
        if paused:
            work.prepare(case_id, step)
            assert work.steps(case_id, Step.PAUSE, chance.choice), work.why
        assert work.steps(case_id, step, chance.choice), (state, step, paused, work.why)
        work.nothing_is_broken()
        if number % 20 == 19 or number == len(cells) - 1:
            work.teardown()
    assert set(cells) <= visited
