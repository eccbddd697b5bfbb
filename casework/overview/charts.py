"""Charts as SVG files without scripts; numbers are written out and tones differ in lightness, as grey print needs."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

import pygal
from flask_babel import gettext as _
from pygal.style import Style

FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
INK, LINE = "#1d2530", "#dde2e9"
ACCENT, LIGHT, PALE_RED, OVERDUE, AMBER, SLATE = "#1b4a8f", "#9dbbe3", "#f3bfba", "#b3261e", "#b06f00", "#525d6b"
FONT_SIZE = 13
WIDE_LINES = "inline:.series .line { stroke-width: inherit !important; stroke-opacity: 1; }"
DASHES = ("", "8,4", "2,4", "12,4,2,4")
SVG = "http://www.w3.org/2000/svg"

ElementTree.register_namespace("", SVG)


def style(colours: Sequence[str], value_colours: Sequence[str] = (INK,) * 4) -> Style:
    """Return our colours and type sizes for pygal; value_colours are those of the numbers in each series."""
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=INK,
        foreground_strong=INK,
        foreground_subtle=LINE,
        guide_stroke_color=LINE,
        major_guide_stroke_color=LINE,
        guide_stroke_dasharray="1,0",
        major_guide_stroke_dasharray="1,0",
        font_family=FONT,
        label_font_size=FONT_SIZE,
        major_label_font_size=FONT_SIZE,
        value_font_size=FONT_SIZE,
        value_label_font_size=FONT_SIZE,
        legend_font_size=FONT_SIZE,
        title_font_size=15,
        opacity="1",
        opacity_hover="1",
        transition="0s",
        colors=tuple(colours),
        value_colors=tuple(value_colours),
    )


def bars(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    unit: str = "",
) -> bytes:
    """Draw one group of horizontal bars per label, its numbers beside the label, as SVG."""
    chart = pygal.HorizontalBar(**_common(title, style((ACCENT, LIGHT, SLATE)), len(series)))
    chart.height = max(120, 70 + len(labels) * (12 + 16 * len(series)))
    chart.print_values = False
    chart.show_x_labels = False
    chart.show_y_guides = False
    chart.show_x_guides = False
    numbers = [
        " / ".join(_number(value, unit) for value in values) for values in zip(*(row for _, row in series), strict=True)
    ]
    texts = [f"{label}  {number}" for label, number in zip(labels, numbers, strict=True)]
    chart.margin_left = 12 + max(map(_missing_width, texts), default=0)
    # pygal draws upwards; people read downwards.
    chart.x_labels = texts[::-1]
    for name, values in series:
        chart.add(name, list(values)[::-1])
    return _described(chart, title, description)


def stacked(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    unit: str = "",
) -> bytes:
    """Draw one column per label whose parts add up (surrendered and short, say), as SVG."""
    look = style((ACCENT, PALE_RED, LIGHT), ("#fff", INK, INK))
    chart = pygal.StackedBar(**_common(title, look, len(series)), print_values_position="center")
    most = max((sum(parts) for parts in zip(*(row for _, row in series), strict=True)), default=0)
    chart.x_labels = list(labels)
    chart.value_formatter = lambda value: _number(value, unit)
    # A number that its part is too low to hold is left to the table.
    chart.formatter = lambda value: _number(value, unit) if value and value >= most * 0.07 else ""
    chart.y_labels_major_count = 4
    chart.show_minor_y_labels = False
    for name, values in series:
        chart.add(name, list(values))
    return _described(chart, title, description)


def lines(
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[float | None]]],
    *,
    unit: str = "",
    most: float | None = None,
) -> bytes:
    """Draw one line per series, each with its own dashes and last value; `most` fixes the top (100 for rates)."""
    chart = pygal.Line(**_common(title, style((ACCENT, OVERDUE, AMBER, SLATE)), len(series)), dots_size=4)
    chart.margin_right = 70
    chart.x_labels = list(labels)
    chart.value_formatter = lambda value: _number(value, unit)
    chart.y_labels_major_count = 4
    chart.show_minor_y_labels = False
    if most is not None:
        chart.range = (0, most)
    for (name, values), dash in zip(series, DASHES, strict=False):
        chart.add(name, _only_the_last_written(values, unit), stroke_style={"width": 3, "dasharray": dash or "1,0"})
    return _described(chart, title, description)


def courses(
    title: str,
    description: str,
    series: Sequence[tuple[str, Mapping[int, float]]],
    *,
    first: int,
    marks: Sequence[tuple[int, float]] = (),
    ahead: str = "",
) -> bytes:
    """Draw shares in percent over the days before a deadline, 0 at the right; `marks` are goals, drawn as dots.

    Each line has its own dashes and its letter written on it: in grey print a legend of colours says nothing.
    """
    look = style((ACCENT, OVERDUE, AMBER, SLATE, INK), (INK,) * 5)
    chart = pygal.XY(**_common(title, look, len(series) + 1), dots_size=1.5, xrange=(-first, 0), range=(0, 100))
    chart.css = ["file://style.css", "file://graph.css", WIDE_LINES]
    chart.legend_at_bottom_columns = len(series) + bool(marks) or 1
    chart.truncate_legend = -1
    chart.x_labels = [-first * part // 4 for part in range(4, -1, -1)]
    chart.x_value_formatter = lambda value: f"{-value:.0f}"
    chart.x_title = ahead
    chart.y_labels_major_count = 3
    chart.show_minor_y_labels = False
    chart.value_formatter = lambda value: f"{value:.0f}%" if isinstance(value, (int, float)) else ""
    chart.show_x_guides = False
    for place, ((name, points), dash) in enumerate(zip(series, DASHES, strict=False)):
        letter = chr(ord("A") + place)
        stroke = {"width": 2 if place else 4, "dasharray": dash or "1,0"}
        chart.add(f"{letter} {name}", _with_letter(points, letter, 20 + 13 * place), stroke_style=stroke)
    if marks:
        goals = [{"value": (-day, goal), "formatter": lambda _v, goal=goal: f"{goal:g}%"} for day, goal in marks]
        chart.add(_("Milestone"), goals, stroke=False, dots_size=6)
    return _described(chart, title, description)


def as_address(svg: bytes) -> str:
    """Return the picture as an address that holds it, so that the page need not ask for the same figures again."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def _with_letter(points: Mapping[int, float], letter: str, height: float) -> list[dict[str, object]]:
    """Every third day as a point, and the last; the line's letter stands where it comes nearest to the height."""
    days = sorted(points, reverse=True)
    drawn = [day for day in days if day % 3 == 0 or day == days[-1]]
    at = min(drawn, key=lambda day: abs(points[day] - height), default=None)
    return [
        {"value": (-day, points[day]), "formatter": lambda _v, written=day == at: letter if written else ""}
        for day in drawn
    ]


def _only_the_last_written(values: Sequence[float | None], unit: str) -> list[dict[str, object] | None]:
    last = max((place for place, value in enumerate(values) if value is not None), default=-1)
    return [
        None
        if value is None
        else {"value": value, "formatter": lambda v, written=place == last: _number(v, unit) if written else ""}
        for place, value in enumerate(values)
    ]


def _missing_width(text: str) -> int:
    """Return the pixels that pygal does not reckon with, since it takes every letter to be Latin."""
    return sum(FONT_SIZE * 2 // 5 for letter in text if ord(letter) > 0x2E80)


def _common(title: str, look: Style, count: int) -> dict[str, object]:
    return {
        "title": title,
        "style": look,
        "js": [],
        "width": 720,
        "height": 320,
        "explicit_size": False,
        "disable_xml_declaration": True,
        "print_values": True,
        "show_legend": count > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": min(count, 4) or 1,
        "legend_box_size": 12,
        "margin": 10,
        "spacing": 6,
        "rounded_bars": 2,
        "no_data_text": "–",
    }


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return (f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}") + unit


def _described(chart: pygal.graph.graph.Graph, title: str, description: str) -> bytes:
    """Render without scripts and put title and description where a screen reader looks for them."""
    root = ElementTree.fromstring(chart.render())  # noqa: S314  pygal's own output
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{SVG}}}script" or (child.tag in {f"{{{SVG}}}title", f"{{{SVG}}}desc"}):
                parent.remove(child)
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"chart-{tag}"})
        element.text = text
        root.insert(place, element)
    root.set("role", "img")
    root.set("aria-labelledby", "chart-title chart-desc")
    svg: bytes = ElementTree.tostring(root, encoding="utf-8")
    return svg
