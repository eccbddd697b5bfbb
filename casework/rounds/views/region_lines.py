"""The lines of the table of regions, drawn here and not in a template: a round may ask hundreds of regions."""

from collections.abc import Mapping, Sequence
from itertools import chain

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from casework.rounds.models import Round
from casework.rounds.queries.overview import RegionRow
from casework.rounds.views import bp
from casework.rules.rounds import RoundState
from casework.web.filters import moment


@bp.app_template_global("region_columns")
def region_columns() -> list[dict[str, str]]:
    """Return the columns of the table of regions."""
    kinds = ("", "num", "day", *["num"] * 8)
    return [{"label": label, "kind": kind} for label, kind in zip(_labels(), kinds, strict=True)]


def _labels() -> tuple[str, ...]:
    return (
        _("Region"), _("Reported"), _("Complete since"), _("Not reported"), _("To be reviewed"), _("Reported late"),
        _("Changed"), _("Worse"), _("High risk"), _("Against the records"), _("Still to buy (t)"),
    )  # fmt: skip


@bp.app_template_global("region_lines")
def region_lines(rows: Sequence[RegionRow], totals: Mapping[str, int], round_: Round) -> Markup:
    """Draw a line for each region, which leads to its units, and one for all together."""
    frozen = round_.state is RoundState.FROZEN
    labels = [str(escape(label)).replace("%", "%%") for label in _labels()[1:]]
    cells = "".join(f'<td class="%s" data-label="{label}">%s</td>' for label in labels)
    address = str(escape(url_for("rounds.round_page", round_id=round_.id))) + "?region="
    frozen = round_.state is RoundState.FROZEN
    lines = [_line(row, cells, f"{address}{row.id}", frozen=frozen) for row in rows]
    looks = ["num", "day", *["num"] * 8]
    everything = cells % _told(looks, _texts(totals, totals["units"] - totals["given"], ""))
    lines.append(f'<tr class="sum"><th scope="row">{escape(_("Total"))}</th>{everything}</tr>')
    return Markup("".join(lines))  # noqa: S704  every text in it is escaped or a number


def _line(row: RegionRow, cells: str, url: str, *, frozen: bool) -> str:
    n, late = row.counts, "num due-overdue"
    missing = ("num due-overdue" if frozen else "num due-soon") if row.missing else "num"
    looks = [
        "num", "day", missing, "num", late if n["late"] else "num", "num", late if n["worse"] else "num",
        late if n["at_risk"] else "num", "num due-soon" if n["contradicting"] else "num", "num",
    ]  # fmt: skip
    told = cells % _told(looks, _texts(n, row.missing, moment(row.complete_at)))
    mark = ' class="overdue-row"' if row.missing and frozen else ""
    return f'<tr data-href="{url}"{mark}><th scope="row"><a href="{url}#units">{escape(row.name)}</a></th>{told}</tr>'


def _told(looks: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Put each cell's classes before its text."""
    return tuple(chain.from_iterable(zip(looks, texts, strict=True)))


def _texts(n: Mapping[str, int], missing: int, complete: str) -> tuple[str, ...]:
    numbers = (missing, n["given"] - n["accepted"], n["late"], n["changed"], n["worse"], n["at_risk"])
    return (
        f"{n['given']:,d} / {n['units']:,d}", complete, *[f"{one:,d}" for one in numbers],
        f"{n['contradicting']:,d}", f"{n['to_buy']:,d}",
    )  # fmt: skip
