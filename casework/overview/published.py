"""The published result table as PDF, in the hands of the office's letters; same records and day, same bytes."""

from collections.abc import Sequence
from datetime import date

from casework.letters.papers import render_paper
from casework.letters.titles import title_lines
from casework.overview.queries.results import HEAD, Result, published
from casework.rules.letter_facts import day_text
from config import FontChoice


def title_of(year: str, region: str) -> str:
    """The table's title."""
    return f"{region}重点排放单位{year}年度碳排放配额清缴完成情况"


def results_pdf(
    year: str, region: str, results: Sequence[Result], *, organ: str, today: date, fonts: FontChoice
) -> bytes:
    """The table of a year as it stands on this day."""
    title = title_of(year, region)
    values = {
        "title": title, "heading": title_lines(title), "author": organ, "head": HEAD, "rows": list(published(results)),
        "made": f"{today.isoformat()}T00:00:00+08:00", "foot": f"{organ}，数据截至{day_text(today)}。",
    }  # fmt: skip
    return render_paper("results", values, fonts=fonts, over="list")
