"""A year of the calendar as it is read: the notices of 2024 to 2026, tables, single days, and what cannot be."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.registry.calendar import base_calendar
from casework.rules.calendar_days import (
    DayKind,
    as_lines,
    changed_days,
    days_of,
    kind_of,
    read_year,
    with_day,
    year_of,
)
from casework.rules.deadlines import CalendarYear
from casework.rules.errors import RuleError

NOTICES = {
    2026: """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
""",
    2025: """
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
""",
    2024: """
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
""",
}


@pytest.mark.parametrize("year", NOTICES)
def test_the_notice_of_the_state_council_is_read_as_it_stands(year):
    known, read = base_calendar().years[year], read_year(year, NOTICES[year])
    weekends = {day for day in read.holidays ^ known.holidays if day.weekday() >= 5}  # off either way
    assert read.holidays - weekends == known.holidays - weekends
    assert read.make_up_days == known.make_up_days


@pytest.mark.parametrize("year", NOTICES)
def test_what_stands_around_the_days_of_a_whole_notice_is_passed_over(year):
    before = f"关于{year}年部分节假日安排的通知\n各市人民政府，各部门：\n现将{year}年放假安排通知如下。\n"
    after = f"\n节假日期间，请妥善安排值班。\n{year - 1}年11月4日"
    assert read_year(year, before + NOTICES[year] + after) == read_year(year, NOTICES[year])


def test_a_line_of_a_notice_that_names_a_day_and_cannot_be_read_is_refused_all_the_same():
    with pytest.raises(RuleError, match="Line 2 cannot be read"):
        read_year(2027, "一、元旦：1月1日放假1天。\n二、春节：2月5日至12日")


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-06 放假 春节\n2027-02-07 放假 春节\n2027-02-20 上班 春节",
        "2027/2/6,休,春节\n2027/2/7,休,春节\n2027/2/20,班,春节",
        "2027年2月6日 至 2027年2月7日 放假 春节\n\n2027年2月20日\t调休上班\t春节",
        "春节 2027-02-06 2027-02-07 holiday\n春节 2027-02-20 make-up",
        "一、春节：2月6日（周六）至7日放假。2月20日（周六）上班。\n2028-01-01 放假 元旦",
    ],
)
def test_days_are_read_from_lines_in_the_ways_that_tables_come_in(text):
    found = read_year(2027, text)
    assert found.holidays == {date(2027, 2, 6), date(2027, 2, 7)}
    assert found.make_up_days == {date(2027, 2, 20)}
    assert set(found.names.values()) == {"春节"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no holiday"),
        ("2027-02-20 上班", "no holiday"),
        ("2026-10-01 放假", "no holiday of 2027"),
        ("2027-02-06", "Line 1 cannot be read"),
        ("2027-02-06 放假\n2027-13-01 放假", "Line 2 cannot be read"),
        ("2027-02-06 放假 上班", "cannot be read"),
        ("2027-02-09 至 2027-02-06 放假", "cannot be read"),
        ("2027-02-06 2027-12-06 放假", "cannot be read"),
        ("2027-02-06 放假\n2027-02-06 上班", "as a holiday and as a make-up day"),
        ("2027-02-06 放假\n2027-02-08 上班", "no Saturday or Sunday"),
        ("<script>alert(1)</script>", "cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(text, why):
    with pytest.raises(RuleError) as refused:
        read_year(2027, text)
    assert why in str(refused.value)


YEARS = st.sampled_from([base_calendar().years[year] for year in range(2019, 2027)])


@given(YEARS)
def test_what_is_shown_as_lines_or_stored_is_read_back_the_same(year):
    number = next(iter(year.holidays)).year
    assert read_year(number, as_lines(year)) == year == year_of(days_of(year))


@given(YEARS, YEARS)
def test_the_changes_between_two_versions_lead_from_one_to_the_other(before, after):
    found = before
    for change in changed_days(before, after):
        assert kind_of(change.day, before) is change.before
        found = with_day(found, change.day, change.after, change.name)
    assert (found.holidays, found.make_up_days) == (after.holidays, after.make_up_days)
    assert changed_days(found, after) == ()


def test_a_single_day_is_entered_changed_and_taken_out():
    year = with_day(CalendarYear(), date(2027, 1, 1), DayKind.HOLIDAY, "元旦")
    assert year == read_year(2027, "2027-01-01 放假 元旦")
    assert with_day(year, date(2027, 1, 1), None) == CalendarYear()
    with pytest.raises(RuleError, match="no Saturday"):
        with_day(year, date(2027, 1, 4), DayKind.MAKE_UP)
