from xml.etree import ElementTree

import pytest

from casework.overview import charts

SVG = "{http://www.w3.org/2000/svg}"
REGIONS = ["银川市", "石嘴山市", "吴忠市"]


def drawn():
    return {
        "bars": charts.bars("按时完成率", "各地区按时完成率", REGIONS, [("rate", [94.74, 82.86, 100])], unit="%"),
        "stacked": charts.stacked("清缴", "各年度", ["2021", "2022"], [("done", [12000, 9000]), ("short", [800, 0])]),
        "lines": charts.lines(
            "走势", "各月", ["9", "10"], [("2021", [10, 94.74]), ("2022", [5, None])], unit="%", most=100
        ),
        "nothing": charts.bars("空", "尚无数据", [], [("rate", [])]),
    }


def words(svg):
    return [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text") if text.text]


@pytest.mark.parametrize("kind", ["bars", "stacked", "lines", "nothing"])
def test_a_chart_has_no_script_and_loads_nothing(kind):
    svg = drawn()[kind].decode()
    assert "<script" not in svg
    assert "onload" not in svg
    assert "http" not in svg.replace("http://www.w3.org/", "").replace("http://pygal.org", "")


@pytest.mark.parametrize("kind", ["bars", "stacked", "lines", "nothing"])
def test_a_chart_says_what_it_shows(kind):
    root = ElementTree.fromstring(drawn()[kind])
    assert root.get("role") == "img"
    assert [child.tag for child in list(root)[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert root.find(f"{SVG}desc").text


def test_bars_are_read_from_the_top_with_their_numbers():
    labels = [text for text in words(drawn()["bars"]) if "%" in text]
    assert labels[::-1] == ["银川市  94.74%", "石嘴山市  82.86%", "吴忠市  100%"]


def test_a_stacked_column_writes_the_parts_that_can_hold_a_number():
    shown = words(drawn()["stacked"])
    assert "12,000" in shown
    assert "800" not in shown


def test_a_line_writes_its_last_value():
    shown = words(drawn()["lines"])
    assert "94.74%" in shown
    assert "10%" not in shown
