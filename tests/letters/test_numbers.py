"""Document numbers: without a gap and each once, whoever registers at the same time and whatever is undone."""

import random
from functools import partial

import pytest
import sqlalchemy as sa
from letters.samples import WORK_TWO_PAGES
from sqlalchemy.exc import DBAPIError
from support.cast import NOW
from support.registering import register_all, registered_numbers, signed_letters, stub

from casework.audit.actions import commit
from casework.cases.actions.letters import register_letter
from casework.db import db
from casework.letters import pdf
from casework.letters.models import Letter, Series
from casework.users.queries import account_by_name


def prepare(app, count, facts=None):
    with app.app_context():
        ids = signed_letters(count, facts)
        commit()
    return ids


@pytest.mark.parametrize(
    ("processes", "each"),
    [
        pytest.param(3, 8, marks=pytest.mark.slow),
        pytest.param(8, 100, marks=pytest.mark.proof),
        pytest.param(16, 500, marks=pytest.mark.proof),
    ],
)
@pytest.mark.timeout(900)
def test_numbers_have_no_gap_and_no_double_when_processes_register_at_once(app, crew, processes, each):
    ids = prepare(app, processes * each)
    for n in range(processes):
        crew.fork(partial(register_all, app, ids[n::processes], random.Random(n), 0.05, stub))
    told = crew.all_done()
    with app.app_context():
        assert set(map(int, told)) == set(registered_numbers().values())
    assert len(told) == processes * each


@pytest.mark.proof
@pytest.mark.timeout(900)
def test_two_hundred_real_letters_of_sixteen_processes_bear_their_numbers_without_a_gap_or_a_double(
    app, crew, fonts_folder
):
    ids = prepare(app, 200, WORK_TWO_PAGES)
    render = partial(pdf.render, fonts=fonts_folder)
    render(WORK_TWO_PAGES)  # what is kept between letters is kept for all workers
    for n in range(16):
        crew.fork(partial(register_all, app, ids[n::16], random.Random(n), 0.05, render))
    told = crew.all_done()
    with app.app_context():
        assert set(map(int, told)) == set(registered_numbers().values()) == set(range(1, 201))


def test_the_first_number_of_a_series_is_the_setting(session):
    from casework.settings.actions import change_setting

    change_setting("first_number", 57, by=account_by_name("adam"), now=NOW)
    ids = signed_letters(2)
    numbers = [register(one).number for one in ids]
    assert numbers == [57, 58]


def test_a_letter_signed_in_the_old_year_bears_its_number_although_registered_in_the_new(session):
    ids = signed_letters(1)
    letter = register(ids[0], now=NOW.replace(year=2027, month=1))
    assert letter.document_number == "宁环函〔2026〕1号"


def test_a_closed_series_sends_the_letter_to_the_year_of_its_registration(session):
    ids = signed_letters(1)
    session.add(Series(prefix="宁环函", year=2026, first=1, last=4, closed=True))
    later = NOW.replace(year=2027, month=1)
    letter = register(ids[0], now=later)
    assert letter.document_number == letter.facts["number"] == "宁环函〔2027〕1号"
    assert letter.signing_day.year == 2026


@pytest.mark.parametrize("changed", [{"title": "x"}, {"number": 9}, {"sha256": "0" * 64}, {"facts": {}}])
def test_the_database_itself_refuses_to_change_a_numbered_letter(session, changed):
    letter = register(signed_letters(1)[0])
    commit()
    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(sa.update(Letter).where(Letter.id == letter.id).values(**changed))
    session.rollback()


def register(letter_id, now=NOW):
    version = db.session.get(Letter, letter_id).version
    return register_letter(
        letter_id, version, render=stub, by=account_by_name("bob"), now=now, today=now.date()
    )  # fmt: skip
