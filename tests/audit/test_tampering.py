"""Ways to tamper with the trail, by somebody who has the database: each is found."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.cast import NOW

from casework.audit.actions import Program, chain_hash, commit, record
from casework.audit.models import AuditHead, AuditRow
from casework.db import db
from casework.operations.anchor import write_anchor
from casework.operations.invariants import faults
from config import Settings

ROWS = 40
NAMES = [column.key for column in sa.inspect(AuditRow).column_attrs]
TELLING = [name for name in NAMES if name not in {"seq", "previous_hash", "hash"}]


@pytest.fixture
def trail(session, app, stage, tmp_path, monkeypatch):
    """Forty rows whose head was written down elsewhere half-way and at the end, and a database that resists nothing."""
    settings = Settings(secret="s" * 40, database_url=stage.url, demo=True, anchor=tmp_path / "anchor")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    for number in range(ROWS):
        what = {
            "before": {"state": "listed"} if number % 3 else None,
            "after": {"n": number, "reason": f"第{number}次"},
        }
        record("try", "thing", number, by=Program("tester"), now=NOW + timedelta(seconds=number), **what)
        commit()
        if number in {ROWS // 2, ROWS - 1}:
            write_anchor(now=NOW)
    of_table = {"postgresql": " ON {}"}.get(db.engine.dialect.name, "")
    guards = {"audit_row_stays": "audit_row", "audit_row_kept": "audit_row", "audit_head_kept": "audit_head"}
    for trigger, table in guards.items():
        session.execute(sa.text(f"DROP TRIGGER {trigger}{of_table.format(table)}"))
    session.commit()


def rows():
    """Return the trail as plain rows, first to last."""
    found = db.session.execute(sa.select(*(getattr(AuditRow, name) for name in NAMES)).order_by(AuditRow.seq))
    return [dict(row._mapping) for row in found]


def write(changed):
    """Put these rows in place of the whole trail."""
    db.session.execute(sa.delete(AuditRow))
    db.session.execute(sa.insert(AuditRow), changed)


def set_head(**values):
    db.session.execute(sa.update(AuditHead).values(**values))


def other(value, chance):
    """Return something else of the same kind."""
    if value is None:
        return 7
    if isinstance(value, str):
        at = chance.randrange(len(value)) if value else 0
        return value[:at] + chance.choice("0a字") + value[at + 1 :] + ("x" if not value else "")
    if isinstance(value, dict):
        return value | {chance.choice(["n", "reason", "more"]): "换"}
    return value + (timedelta(microseconds=1) if hasattr(value, "isoformat") else 1)


def sealed_anew(changed, start=0):
    """Number and seal the rows from one on as the program would, as somebody with its code can."""
    previous = changed[start - 1]["hash"] if start else "0" * 64
    for seq, row in enumerate(changed[start:], start + 1):
        row |= {"seq": seq, "previous_hash": previous}
        previous = row["hash"] = chain_hash(row)
    return changed


def flip(chance):
    """Change one value of one row, or of the head."""
    changed, at = rows(), chance.randrange(ROWS)
    name = chance.choice([*TELLING, "previous_hash", "hash", "head"])
    if name == "head":
        set_head(
            **chance.choice(
                [{"seq": ROWS + 1}, {"seq": ROWS - 1}, {"hash": changed[at - 1]["hash"]}, {"hash": "f" * 64}]
            )
        )
        return at != 0
    value = changed[at][name]
    new = other(value, chance) if name != "previous_hash" else "e" * 64
    if name in {"before", "after"} and value is None:
        new = {"state": "closed"}
    changed[at][name] = new
    write(changed)
    return new != value


def delete(chance):
    """Take out a row before the last; the rest closes up, or not."""
    changed, at = rows(), chance.randrange(ROWS - 1)
    del changed[at]
    if chance.random() < 0.5:
        for seq, row in enumerate(changed, 1):
            row["seq"] = seq
        set_head(seq=ROWS - 1)
    write(changed)
    return True


def insert(chance):
    """Slip in a row that was never written, its own seal right, with or without sealing all that follow."""
    changed, at = rows(), chance.randrange(ROWS)
    changed.insert(at, changed[at] | {"object_id": "forged", "seq": at + 1})
    changed[at]["hash"] = chain_hash(changed[at])
    for seq, row in enumerate(changed, 1):
        row["seq"] = seq
    if chance.random() < 0.5:
        sealed_anew(changed, at)
    set_head(seq=ROWS + 1, hash=changed[-1]["hash"])
    write(changed)
    return True


def swap(chance):
    """Let two rows change places, with or without their seals, and with or without sealing all anew."""
    changed = rows()
    one, two = chance.sample(range(ROWS), 2)
    names = chance.choice([TELLING, [name for name in NAMES if name != "seq"]])
    for name in names:
        changed[one][name], changed[two][name] = changed[two][name], changed[one][name]
    if chance.random() < 0.5:
        set_head(hash=sealed_anew(changed)[-1]["hash"])
    write(changed)
    return True


def cut(chance):
    """Cut the tail off and let the head say so: from inside nothing is to be seen."""
    left = rows()[: chance.randrange(1, ROWS)]
    write(left)
    set_head(seq=len(left), hash=left[-1]["hash"])
    return list(faults(["I7"], now=NOW)) == []


def replace(chance):
    """Put another row in place of one, sealed, and perhaps all that follow."""
    changed, at = rows(), chance.randrange(ROWS)
    changed[at] |= {"actor": "somebody else", "after": {"n": -1}, "action": "another"}
    if chance.random() < 0.5:
        set_head(hash=sealed_anew(changed, at)[-1]["hash"])
    else:
        changed[at]["hash"] = chain_hash(changed[at])
    write(changed)
    return True


WAYS = [flip, delete, insert, swap, cut, replace]


@pytest.mark.parametrize("cases", [48, pytest.param(204, marks=pytest.mark.proof)])
def test_whichever_way_the_trail_is_tampered_with_it_is_found(trail, cases):
    assert list(faults(["I7", "I12"], now=NOW)) == []
    missed, tried, chance = [], 0, random.Random(cases)
    while tried < cases:
        way = WAYS[tried % len(WAYS)]
        if not way(chance):
            db.session.rollback()
            continue
        tried += 1
        if not list(faults(["I7", "I12"], now=NOW)):
            missed.append((tried, way.__name__))
        db.session.rollback()
    assert missed == []
    assert list(faults(["I7", "I12"], now=NOW)) == []
