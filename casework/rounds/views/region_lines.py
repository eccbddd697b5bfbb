"""The lines of the table of regions, drawn here and not in a template: a round may ask hundreds of regions."""

from collections.abc import Mapping, Sequence
from itertools import chain

from flask import url_for
from markupsafe import Markup, escape

from casework.rounds.models import Round
from casework.rounds.queries.overview import RegionRow
from casework.rounds.views import bp
from casework.rules.rounds import RoundState
from casework.rules.words import N_
from casework.web.filters import moment
from casework.web.i18n import translated

_NUM, _SOON, _OVER = "num", "num due-soon", "num due-overdue"


@bp.app_template_global("region_columns")
def region_columns() -> list[dict[str, str]]:
    """Return the columns of the table of regions."""
    kinds = ("", "num", "day", *["num"] * 8)
    return [{"label": translated(label), "kind": kind} for label, kind in zip(_LABELS, kinds, strict=True)]


_LABELS = (
    N_("Region"), N_("Reported"), N_("Complete since"), N_("Not reported"), N_("To be reviewed"), N_("Reported late"),
    N_("Changed"), N_("Worse"), N_("High risk"), N_("Against the records"), N_("Still to buy (t)"),
)  # fmt: skip


@bp.app_template_global("region_lines")
def region_lines(rows: Sequence[RegionRow], totals: Mapping[str, int], round_: Round) -> Markup:
    """Draw a line for each region, which leads to its units, and one for all together."""
    frozen = round_.state is RoundState.FROZEN
    labels = [str(escape(translated(label))).replace("%", "%%") for label in _LABELS[1:]]
    cells = "".join(f'<td class="%s" data-label="{label}">%s</td>' for label in labels)
    address = str(escape(url_for("rounds.round_page", round_id=round_.id))) + "?region="
    lines = [_line(row, cells, f"{address}{row.id}", frozen) for row in rows]
    lines.append(_sums(RegionRow(0, "", None, **totals), cells))
    return Markup("".join(lines))  # noqa: S704  every text in it is escaped or a number


def _line(row: RegionRow, cells: str, url: str, frozen: bool) -> str:
    """Draw a region's line; what is over or should be looked at is marked."""
    _id, name, complete_at, units, given, accepted, _returned, late, changed, worse, contradicting, at_risk, *_ = row
    behind = _OVER if frozen else _SOON
    told = cells % (
        _NUM, f"{_told(given)} / {_told(units)}", "day", moment(complete_at),
        behind if units > given else _NUM, _told(units - given), _NUM, _told(given - accepted),
        _OVER if late else _NUM, _told(late), _NUM, _told(changed), _OVER if worse else _NUM, _told(worse),
        _OVER if at_risk else _NUM, _told(at_risk), _SOON if contradicting else _NUM, _told(contradicting),
        _NUM, _told(row.to_buy),
    )  # fmt: skip
    mark = ' class="overdue-row"' if frozen and units > given else ""
    return f'<tr data-href="{url}"{mark}><th scope="row"><a href="{url}#units">{escape(name)}</a></th>{told}</tr>'


def _sums(row: RegionRow, cells: str) -> str:
    numbers = (row.missing, row.waiting, row.late, row.changed, row.worse, row.at_risk, row.contradicting, row.to_buy)
    texts = chain.from_iterable((_NUM, _told(number)) for number in numbers)
    told = cells % (_NUM, f"{_told(row.given)} / {_told(row.units)}", "day", "", *texts)
    return f'<tr class="sum"><th scope="row">{escape(translated(N_("Total")))}</th>{told}</tr>'


_SMALL = tuple(map(str, range(1000)))  # most numbers of a region; formatting them takes half the time of a line


def _told(number: int) -> str:
    return _SMALL[number] if 0 <= number < 1000 else f"{number:,d}"
