"""The overview as of any day: each number is as long as the list behind it, and the past stays as it was."""

import re
from base64 import b64decode
from datetime import date

import pytest
from support.cases import TODAY, a_case, a_cycle, an_enterprise, an_obligation
from werkzeug.datastructures import MultiDict

from casework.audit.actions import commit
from casework.db import read_rows
from casework.overview.queries.dashboard import cases_by_state, dashboard
from casework.overview.queries.effort import effort
from casework.overview.queries.glance import glance
from casework.overview.queries.glance_letters import Reply
from casework.overview.queries.glance_lists import LISTS, Asked
from casework.registry.queries import all_cycles, cycle_by_label
from casework.rules.deadlines import day_of
from casework.rules.leading import Age
from casework.rules.workflow import State
from casework.users.queries import account_by_name
from casework.web.lists import count

LOOKS = (("leader", "2025", date(2026, 11, 10)), ("leader", "2021-2022", TODAY), ("shizuishan", "2025", TODAY))


def behind(what, cycle, day, reader, **filters):
    """How many rows stand behind a number, and what their tonnes add up to where they have any."""
    stmt, _order = LISTS[what](Asked.of(MultiDict(filters), cycle, day), reader)
    rows = list(read_rows(stmt))
    assert count(stmt) == len(rows)
    return rows


def numbers_of(seen, cycle, day, reader):
    """Each number of the page beside what the list behind it comes to, by a name that says which."""

    def at(what, **filters):
        return behind(what, cycle, day, reader, **filters)

    on_time, short = at("units", standing="on_time"), at("units", standing="short")
    yield "on time", seen.figures.units_on_time, len(on_time)
    yield "late", seen.figures.units_late, len(at("units", standing="late"))
    yield "short", seen.figures.tonnes_short, sum(row.short for row in short)
    yield "open cases", seen.open_cases, len(at("cases"))
    for line in seen.regions:
        region, where = line.region.figures, {"region": str(line.region.region_id)}
        yield f"{where} due", region.units_due, len(at("units", **where))
        yield f"{where} on time", region.units_on_time, len(at("units", standing="on_time", **where))
        yield f"{where} short", region.tonnes_short, sum(row.short for row in at("units", standing="short", **where))
        yield f"{where} gained", line.gained_units, len(at("units", standing="gained", **where))
        moved = at("units", standing="moved", **where)
        yield f"{where} tonnes", line.gained_tonnes, sum(min(row.gained, row.due) for row in moved)
    for line in seen.states:
        yield line.state, line.cases, len(at("cases", state=line.state))
        for move in ("came", "went"):
            yield f"{line.state} {move}", getattr(line, move), len(at("cases", state=line.state, move=move))
        for age in Age:
            yield f"{line.state} {age}", line.ages[age], len(at("cases", state=line.state, age=age))
    for line in seen.causes:
        found = at("cases", cause=line.cause)
        yield line.cause, (line.cases, line.short), (len(found), sum(row.short for row in found))
    for line in seen.letters:
        yield line.kind, line.letters, len({row.id for row in at("letters", kind=line.kind)})
        for reply in Reply:
            yield f"{line.kind} {reply}", line.recipients[reply], len(at("letters", kind=line.kind, reply=reply))


@pytest.mark.parametrize(("name", "label", "day"), LOOKS)
def test_every_number_is_what_the_list_behind_it_comes_to(new_demo, name, label, day):
    with new_demo.app_context():
        reader, cycle = account_by_name(name), cycle_by_label(label)
        numbers = list(numbers_of(glance(cycle, day=day, reader=reader), cycle, day, reader))
        assert [(what, number, found) for what, number, found in numbers if number != found] == []
        assert sum(bool(number) for _what, number, _found in numbers) > 10


def test_today_it_says_what_the_detailed_page_says(new_demo):
    with new_demo.app_context():
        reader = account_by_name("leader")
        for cycle in all_cycles():
            seen, board = glance(cycle, day=TODAY, reader=reader), dashboard(cycle, day=TODAY, reader=reader)
            assert seen.figures == board.figures
            assert seen.milestones == board.milestones
            assert {line.state: line.cases for line in seen.states} == cases_by_state(cycle.id, reader=reader)
            assert [one.case_id for one in seen.ten] == [case.id for case in board.ten]
            assert {one.region.region: one.region.figures for one in seen.regions} == {
                one.region: one.figures for one in board.regions
            }


def test_the_published_rates_stand_on_the_page_of_their_deadline(new_demo):
    with new_demo.app_context():
        cycle = cycle_by_label("2019-2020")
        seen = glance(cycle, day=date(2021, 12, 31), reader=account_by_name("leader"))
        assert str(seen.figures.rate_by_units) == "82.86"
        assert seen.courses[0].points[0].rate_by_units == seen.figures.rate_by_units


def test_a_course_ends_with_the_day_and_the_earlier_ones_are_whole(new_demo):
    with new_demo.app_context():
        cycle = cycle_by_label("2025")
        first, *earlier = glance(cycle, day=TODAY, reader=account_by_name("leader")).courses
        assert min(first.points) == (date(2026, 12, 31) - TODAY).days
        assert [min(one.points) for one in earlier] == [0] * len(earlier)
        assert [str(one.points[0].rate_by_units) for one in earlier if one.label == "2019-2020"] == ["82.86"]


def test_what_followed_and_who_has_how_much_lead_to_lists_as_long(new_demo):
    with new_demo.app_context():
        reader = account_by_name("leader")
        for cycle in all_cycles():
            seen = effort(cycle, day=TODAY, reader=reader)
            for line in seen.follows:
                assert line.cases == len(behind("cases", cycle, TODAY, reader, step=line.step))
                for then, number in line.then.items():
                    assert number == len(behind("cases", cycle, TODAY, reader, step=line.step, then=then))
            for line in seen.officers:
                found = behind("cases", cycle, TODAY, reader, officer=str(line.id or "none"))
                assert (line.cases, line.short) == (len(found), sum(row.short for row in found))
                assert line.still == sum((TODAY - day_of(row.since)).days > 30 for row in found)


def test_a_day_that_is_none_or_lies_ahead_is_today(client):
    leader = client.sign_in("carol")
    with client.application.app_context():
        a_case(State.URGED)
        commit()
    for query in ("?day=2030-01-01", "?day=nonsense", ""):
        assert "2026-11-22" in leader.get(f"/overview/leaders{query}").text


def test_of_a_day_that_lies_ahead_the_field_says_so_and_keeps_it(app, client):
    with app.app_context():
        a_case()
        commit()
    leader = client.sign_in("carol")
    for path in ("leaders", "effort"):
        page = leader.get(f"/overview/{path}?day=2030-01-01").text
        assert 'value="2030-01-01"' in page
        assert "2030-01-01尚未到来。" in page
        assert "现显示截至今日的情况。" in page
        assert "尚未到来" not in leader.get(f"/overview/{path}?day=2026-11-22").text


def test_before_it_was_listed_a_case_is_not_on_the_page(app, client):
    with app.app_context():
        a_case()
        commit()
    leader = client.sign_in("carol")
    assert "还没有" not in leader.get("/overview/leaders").text
    now, then = (leader.get(f"/overview/behind/cases{query}").text for query in ("", "?day=2026-10-01"))
    assert "石嘴山惠能热电" in now
    assert "石嘴山惠能热电" not in then
    assert "该日没有相应记录" in then


def test_every_page_opens_on_both_engines(app, client):
    with app.app_context():
        a_case(State.URGED)
        commit()
    leader = client.sign_in("carol")
    for path in ("leaders", "effort", "screen", "behind/units?standing=moved", "behind/units?standing=short"):
        assert leader.get(f"/overview/{path}").status_code == 200
    for query in ("", "?step=start_assistance&then=pressed", "?state=urged&move=came", "?cause=financial&age=month"):
        assert "石嘴山惠能热电" in leader.get(f"/overview/behind/cases{query}").text


def test_an_unknown_list_is_not_found(app, client):
    with app.app_context():
        a_cycle()
        commit()
    leader = client.sign_in("carol")
    for path in ("/overview/behind/nothing", "/overview/behind/nothing.xlsx"):
        assert leader.get(path).status_code == 404


def test_without_a_cycle_every_page_says_who_sets_one_up(client):
    leader = client.sign_in("carol")
    for path in ("/overview/leaders", "/overview/effort", "/overview/screen"):
        assert "尚未建立履约周期" in leader.get(path).text


def test_courses_are_drawn_on_the_page_with_title_and_description(app, client):
    with app.app_context():
        an_obligation(an_enterprise(), surrendered=10_000)
        commit()
    leader = client.sign_in("carol")
    for path in ("leaders", "screen"):
        drawn = pictures(leader.get(f"/overview/{path}?cycle=2025").text)
        for picture, title in zip(drawn, ("按时完成率（按家数）", "清缴率（按吨数）"), strict=True):
            assert f'id="chart-title">{title}' in picture
            assert "<script" not in picture


def pictures(html):
    """The charts that a page holds, as SVG."""
    return [b64decode(code).decode() for code in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)]


def test_the_lists_come_as_workbooks(app, client):
    with app.app_context():
        a_case()
        commit()
    for what in LISTS:
        answer = client.sign_in("carol").get(f"/overview/behind/{what}.xlsx")
        assert answer.data.startswith(b"PK")
