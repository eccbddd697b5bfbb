"""The program with a bare page beside it: what the same rows cost without ORM, layout, sessions or rules."""

import sqlalchemy as sa
from flask import Flask, g
from werkzeug.wrappers import Response

from casework import create_app
from casework.db import db
from casework.web.door import public, repeatable

ROWS = """
    SELECT c.id, e.name, r.name, c.state, c.short, c.gap_rate, a.name, c.next_due, coalesce(c.changed_at, c.listed_at)
    FROM "case" c JOIN enterprise e ON e.id = c.enterprise_id JOIN region r ON r.id = c.region_id
    LEFT JOIN account a ON a.id = c.officer_id
    WHERE c.cycle_id = ? AND c.state <> 'closed' ORDER BY c.next_due, c.id LIMIT 25
"""
CYCLE = 'SELECT cycle_id FROM "case" GROUP BY cycle_id ORDER BY count(*) DESC LIMIT 1'


@public
def bare_page() -> str:
    """Show the 25 rows of the list, with the columns that the list shows, out of one indexed query."""
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        rows = cursor.execute(ROWS, (g_cycle(cursor),)).fetchall()
    finally:
        raw.close()
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<!DOCTYPE html><title>bare</title><table>{lines}</table>"


_cycle: list[int] = []


def g_cycle(cursor: object) -> int:
    """Return the cycle that holds most cases, asked for once."""
    if not _cycle:
        _cycle.append(cursor.execute(CYCLE).fetchone()[0])  # type: ignore[attr-defined]
    return _cycle[0]


ROUND = """
    SELECT r.name, p.given, p.units, p.complete_at, p.units - p.given, p.given - p.accepted, p.late, p.changed, p.worse,
           p.at_risk, p.contradicting, p.to_buy
    FROM round_region p JOIN region r ON r.id = p.region_id WHERE p.round_id = ? ORDER BY r.position, r.code
"""
UNITS = """
    SELECT e.name, r.name, p.state, p.surrendered, p.to_buy, p.risk, p.worse FROM report p
    JOIN "case" c ON c.id = p.case_id JOIN enterprise e ON e.id = c.enterprise_id JOIN region r ON r.id = p.region_id
    WHERE p.round_id = ? ORDER BY p.id LIMIT 25
"""


@public
def bare_round(round_id: int) -> str:
    """Show the regions of a round and its first 25 units, with the columns that its page shows."""
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        tables = [cursor.execute(stmt, (round_id,)).fetchall() for stmt in (ROUND, UNITS)]
    finally:
        raw.close()
    lines = [
        "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"
        for rows in tables
    ]
    return f"<!DOCTYPE html><title>bare</title>{''.join(lines)}"


# What an overview must read, each row once: of its cycle and of those it is compared with.
OVERVIEW = (
    "SELECT count(*), sum(o.due), sum(o.surrendered) FROM obligation o WHERE o.year_id IN (:a, :b, :c, :d)",
    "SELECT count(*), sum(s.tonnes) FROM surrender s JOIN obligation o ON o.id = s.obligation_id"
    " WHERE o.year_id IN (:a, :b, :c, :d)",
    "SELECT count(*), sum(k.due) FROM obligation_correction k JOIN obligation o ON o.id = k.obligation_id"
    " WHERE o.year_id IN (:a, :b, :c, :d)",
)
FOUR_YEARS = (
    "SELECT y.id FROM compliance_year y JOIN cycle c ON c.id = y.cycle_id"
    " WHERE c.deadline <= (SELECT deadline FROM cycle WHERE label = :label) ORDER BY c.deadline DESC LIMIT 4"
)


@public
def bare_overview(label: str) -> str:
    """Add up the obligations, surrenders and corrections of a cycle and of the three before it."""
    years = db.session.execute(sa.text(FOUR_YEARS), {"label": label}).scalars()
    known = dict(zip("abcd", years, strict=True))
    rows = [db.session.execute(sa.text(stmt), known).one() for stmt in OVERVIEW]
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<!DOCTYPE html><title>bare</title><table>{lines}</table>"


@public
@repeatable
def bare_update() -> Response:
    """Change one row and commit."""
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute('UPDATE "case" SET changed_at = ? WHERE id = 1', (g.now.isoformat(),))
        cursor.execute("COMMIT")
    finally:
        raw.close()
    return Response("done", mimetype="text/plain")


def build() -> Flask:
    """Make the program with the two bare addresses."""
    app = create_app(WTF_CSRF_CHECK_DEFAULT=True)
    app.add_url_rule("/bare", "bare", bare_page)
    app.add_url_rule("/bare-round/<int:round_id>", "bare_round", bare_round)
    app.add_url_rule("/bare-overview/<label>", "bare_overview", bare_overview)
    app.add_url_rule("/bare-update", "bare_update", bare_update)
    return app


app = build()
