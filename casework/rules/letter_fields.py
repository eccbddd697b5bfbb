"""The fields that the text of a template may hold: {单位名称} stands for what the facts say. Text stays text."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from casework.rules.errors import RuleError
from casework.rules.letter_facts import gap
from casework.rules.words import N_

FIELDS = {
    "单位名称": N_("The unit; where several are named, how many of which region"),
    "全部单位": N_("Every unit that is named, one after another"),
    "地区": N_("The region of the units"),
    "履约年度": N_("The compliance years, each with 年度"),
    "截止日期": N_("The last day on which the surrender is in time"),
    "主送机关": N_("The addressee"),
    "贵方": N_("How the addressee is spoken to: 贵市, 贵委, 贵局"),
    "人民政府": N_("The government or base committee of the region"),
    "生态环境局": N_("The ecology bureau of the region"),
    "发文机关": N_("The issuing department"),
    "我方": N_("How the department speaks of itself: 我厅"),
    "此前督促": N_("A clause that names the work supervision letters which came before; empty where none did"),
}
_FIELD = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_BRACKET = re.compile(r"[{}｛｝]")
_ALIKE = 0.3  # share of common characters from which another name is proposed


def field_refusal(text: str, place: str) -> RuleError | None:
    """The first line of a text that holds an unknown field, with the nearest known one, or None."""
    lines = enumerate(text.splitlines(), 1)
    return next(filter(None, (_line_refusal(line, number, place) for number, line in lines)), None)


def _line_refusal(line: str, number: int, place: str) -> RuleError | None:
    for name in map(str.strip, _FIELD.findall(line)):
        if name not in FIELDS:
            return _unknown(name, number, place)
    if _BRACKET.search(_FIELD.sub("", line)):
        return RuleError(
            N_("Line %(line)s: a curly bracket stands alone. A field is written {%(example)s}."),
            place, line=number, example=next(iter(FIELDS)),
        )  # fmt: skip
    return None


def _unknown(name: str, number: int, place: str) -> RuleError:
    nearest = get_close_matches(name, FIELDS, n=1, cutoff=_ALIKE)
    if nearest:
        message = N_("Line %(line)s: there is no field “{%(name)s}”. Did you mean “{%(nearest)s}”?")
        return RuleError(message, place, line=number, name=name, nearest=nearest[0])
    message = N_("Line %(line)s: there is no field “{%(name)s}”. Choose one from the list.")
    return RuleError(message, place, line=number, name=name)


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with each field replaced once by its value, which is not read again; what is missing is marked."""

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        known = values.get(name)
        return gap(name) if known is None else known

    return _FIELD.sub(value, text)
