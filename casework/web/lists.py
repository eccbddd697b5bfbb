"""Long lists: filter, sort and page from the URL, by names out of a table, never by what a request says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from casework.db import db

PER_PAGE = 25
EXPORTED_MOST = 1_000_000  # rows; a sheet holds 1,048,576
Chip = tuple[str, str, bool]  # label, address, whether it is chosen


@dataclass(frozen=True)
class Listing:
    """One page of a list with what its head, chips and pager need."""

    rows: Sequence[Any]
    total: int
    page: int
    per_page: int
    sort: str
    descending: bool
    args: Mapping[str, list[str]]

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 when there is none."""
        return 0 if self.total == 0 else (self.page - 1) * self.per_page + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.page * self.per_page, self.total)

    def url(self, **changes: object) -> str:
        """Return this list's address with some arguments changed; None takes one away."""
        args = {name: values for name, values in self.args.items() if name not in changes}
        args |= {name: [str(value)] for name, value in changes.items() if value is not None}
        return f"{request.path}?{urlencode(args, doseq=True)}" if args else request.path

    def sort_url(self, key: str) -> str:
        """Return the address that sorts by this column, or turns its order round."""
        turn = key == self.sort and not self.descending
        return self.url(sort=f"-{key}" if turn else key, page=None)

    def export_url(self, endpoint: str) -> str:
        """Return the address that gives this list, as it is filtered and sorted now, as a workbook."""
        args: dict[str, Any] = {name: values for name, values in self.args.items() if name != "page"}
        return url_for(endpoint, **args)

    def chips(self, name: str, chosen: object, options: Iterable[tuple[object, str]]) -> list[Chip]:
        """Return one chip for all and one for each value that this list may be narrowed to."""
        values: list[tuple[object, str]] = [(None, _("All")), *options]
        return [
            (label, self.url(**{name: value, "page": None}), chosen == value or str(chosen) == str(value))
            for value, label in values
        ]

    def page_url(self, number: int) -> str:
        """Return the address of a page."""
        return self.url(page=number)


@dataclass(frozen=True)
class Order:
    """What a list may be sorted by, in SQL; `tie` makes every order total."""

    columns: Mapping[str, Any]
    default: str  # a key, with "-" in front for descending
    tie: Any
    nullable: frozenset[str] = frozenset()  # keys whose blanks stand after everything else

    def by(self, key: str, *, down: bool) -> tuple[Any, Any]:
        """Return what to order by."""
        column = self.columns[key]
        if key in self.nullable:
            return (
                (column.desc().nulls_first(), self.tie.desc()) if down else (column.asc().nulls_last(), self.tie.asc())
            )
        return (column.desc(), self.tie.desc()) if down else (column.asc(), self.tie.asc())

    def read(self, args: MultiDict[str, str]) -> tuple[str, bool]:
        """Return key and direction out of the URL; an unknown key is the default's."""
        asked = args.get("sort", self.default)
        key, descending = asked.lstrip("-"), asked.startswith("-")
        if key not in self.columns:
            return self.default.lstrip("-"), self.default.startswith("-")
        return key, descending


def page_number(args: MultiDict[str, str], total: int, per_page: int = PER_PAGE) -> int:
    """Return the page asked for, within what there is."""
    asked = args.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    return min(max(1, number), max(1, -(-total // per_page)))


Ordering = tuple[Any, ...]


def single_objects(stmt: sa.Select[Any], _ordering: Ordering) -> list[Any]:
    """Read a page of a select of single objects."""
    return list(db.session.scalars(stmt).unique())


def list_page(
    stmt: sa.Select[Any],
    order: Order,
    args: MultiDict[str, str],
    *,
    total: int,
    per_page: int = PER_PAGE,
    read: Callable[[sa.Select[Any], Ordering], list[Any]] = single_objects,
) -> Listing:
    """Run one page of a select; the second half of a list is read from the end, as fast as the first."""
    key, descending = order.read(args)
    page = page_number(args, total, per_page)
    start = (page - 1) * per_page
    count = min(per_page, max(0, total - start))
    from_end = start > total // 2
    down = descending != from_end
    ordering = order.by(key, down=down)
    offset = total - start - count if from_end else start
    rows = read(stmt.order_by(*ordering).limit(count).offset(offset), ordering)
    if from_end:
        rows.reverse()
    return Listing(rows, total, page, per_page, key, descending, args.to_dict(flat=False))


def whole_list(stmt: sa.Select[Any], order: Order, args: MultiDict[str, str]) -> Sequence[Any]:
    """Run the whole list in its order, as far as a sheet reaches, for an export."""
    key, descending = order.read(args)
    return db.session.scalars(stmt.order_by(*order.by(key, down=descending)).limit(EXPORTED_MOST)).unique().all()


def count(stmt: sa.Select[Any]) -> int:
    """Count the rows of a select."""
    return db.session.execute(sa.select(sa.func.count()).select_from(stmt.order_by(None).subquery())).scalar_one()
