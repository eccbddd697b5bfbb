"""卷内文件目录: the table of contents of a package as PDF, in the hands of the office's letters."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from casework.archive.papers import Paper
from casework.letters.papers import render_paper
from config import FontChoice

HEADING = "卷内文件目录"
NAME = f"00 {HEADING}.pdf"
_SHANGHAI = ZoneInfo("Asia/Shanghai")


def contents_pdf(about: str, organ: str, papers: Sequence[Paper], *, fonts: FontChoice) -> bytes:
    """The list of these papers; the same papers give the same bytes, dated as the last of them."""
    made = max(paper.at for paper in papers).astimezone(_SHANGHAI)
    values = {"heading": HEADING, "about": about, "author": organ, "papers": papers, "made": made.isoformat()}
    return render_paper("contents", values, fonts=fonts, over="list")
