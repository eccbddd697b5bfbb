"""Imports: a workbook received, its columns chosen, its outcome noted, and all accepted rows taken over or none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from casework.audit.actions import Who, record
from casework.db import db
from casework.files import actions as files
from casework.files.kinds import XLSX, FileKind
from casework.jobs.actions import enqueue
from casework.jobs.models import Job, JobState
from casework.registry.actions.enterprises import rename, write_pieces
from casework.registry.actions.followers import tell_followers, tell_import_followers
from casework.registry.actions.obligations import (
    Quantities,
    correct,
    first_correction,
    new_obligation,
    recorded,
    write_derived,
)
from casework.registry.checks import Check, Chosen, chosen_of, open_table
from casework.registry.comparison import SurrenderChange, SurrenderComparison, TradeComparison
from casework.registry.models import (
    ComplianceYear,
    Cycle,
    Direction,
    Enterprise,
    ImportBatch,
    ImportState,
    Obligation,
    Sector,
    Surrender,
    Trade,
)
from casework.registry.queries import enterprises_by_code, obligations_by_enterprise
from casework.registry.tables.words import Field, Kind
from casework.rules.errors import RuleError
from casework.users.queries import all_regions

CHECK_JOB = "import check"
TAKE_OVER_JOB = "import take-over"
_CSV = FileKind("csv", "text/csv")


def receive(
    kind: Kind,
    data: bytes,
    filename: str,
    *,
    year: ComplianceYear | None = None,
    cycle: Cycle | None = None,
    by: Who,
    now: datetime,
) -> ImportBatch:
    """Keep a workbook that can be read, with the mapping its heads suggest."""
    table = open_table(kind, data, filename)
    kind_of_file = XLSX if data.startswith(b"PK") else _CSV
    file = files.store(data, files.fitting_name(filename, kind_of_file), kind_of_file.media_type, by=by, now=now)
    batch = ImportBatch(
        kind=kind.value,
        file_id=file.id,
        year=year,
        cycle=cycle,
        state=ImportState.UPLOADED,
        mapping=chosen_of(table.mappings),
        uploaded_by_id=by.audit_id,
        uploaded_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    facts = {"kind": kind.value, "file": file.name, "sha256": file.sha256}
    record("import received", "import", batch.id, by=by, now=now, after=facts)
    return batch


def choose_columns(batch: ImportBatch, chosen: Chosen, *, data: bytes, filename: str, by: Who, now: datetime) -> None:
    """Keep the columns a person chose and put the dry run into the queue."""
    _expect(batch, ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED)
    for mapping in open_table(Kind(batch.kind), data, filename, chosen).mappings:
        mapping.check()
    batch.mapping = {sheet: dict(fields) for sheet, fields in chosen.items()}
    batch.state, batch.outcome = ImportState.CHECKING, None
    batch.job_id = enqueue(CHECK_JOB, {"import": batch.id}, by=by, now=now).id
    batch.touch(now=now)


def note_outcome(batch: ImportBatch, check: Check, *, now: datetime) -> None:
    """Keep what the dry run found, for the person to see."""
    batch.state = ImportState.CHECKED
    batch.outcome = {**check.outcome, "digest": check.digest}
    batch.touch(now=now)


def note_failure(batch: ImportBatch, refusal: RuleError, *, now: datetime) -> None:
    """Keep why a check or a take-over was refused."""
    batch.state = ImportState.FAILED
    batch.outcome = {"refused": refusal.message, "params": {key: str(value) for key, value in refusal.params.items()}}
    batch.touch(now=now)


def order_take_over(batch: ImportBatch, *, by: Who, now: datetime) -> None:
    """Put the taking over into the queue, once the person has seen the outcome."""
    _expect(batch, ImportState.CHECKED)
    if not batch.outcome["new"] and not batch.outcome["changed"]:
        raise RuleError("There is nothing to take over: every row is in the register already or has a problem.")
    batch.state = ImportState.TAKING_OVER
    batch.job_id = enqueue(TAKE_OVER_JOB, {"import": batch.id, "digest": batch.outcome["digest"]}, by=by, now=now).id
    batch.touch(now=now)
    record("import confirmed", "import", batch.id, by=by, now=now, after={"digest": batch.outcome["digest"]})


def drop(batch: ImportBatch, *, by: Who, now: datetime) -> None:
    """Give an import up; nothing of it was taken over."""
    _expect(batch, ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED)
    batch.state = ImportState.DROPPED
    batch.touch(now=now)
    record("import dropped", "import", batch.id, by=by, now=now)


def take_over(batch: ImportBatch, check: Check, *, by: Who, now: datetime) -> None:
    """Write all accepted rows; the caller commits once, so that it is all of them or none."""
    comparison = check.comparison
    if isinstance(comparison, SurrenderComparison):
        changed = _write_surrenders(batch, comparison.changes, by=by, now=now)
    else:
        changed = _write_trades(batch, comparison)
    batch.state, batch.taken_over_at = ImportState.TAKEN_OVER, now
    batch.outcome = {**check.outcome, "digest": check.digest}
    batch.touch(now=now)
    counts = {key: check.outcome[key] for key in ("new", "changed", "unchanged", "held_back")}
    record("import taken over", "import", batch.id, by=by, now=now, after={**counts, "digest": check.digest})
    tell_import_followers(batch, changed, by=by, now=now)


def _expect(batch: ImportBatch, *states: ImportState) -> None:
    given_up = is_given_up(batch) and ImportState.FAILED in states
    if batch.state not in states and not given_up:
        raise RuleError("This import is at another step already; open it again to see where it stands.")


def is_given_up(batch: ImportBatch) -> bool:
    """Whether the worker has given up what this import waits for."""
    job = db.session.get(Job, batch.job_id) if batch.job_id else None
    waits = batch.state in (ImportState.CHECKING, ImportState.TAKING_OVER)
    return waits and job is not None and job.state is JobState.DEAD


def _write_surrenders(batch: ImportBatch, changes: Sequence[SurrenderChange], *, by: Who, now: datetime) -> list[int]:
    """Write the changes of a table and return the enterprises of which it changed what was surrendered."""
    year = batch.year
    if year is None:
        raise ValueError("a surrender table is imported for a year")
    enterprises = _write_enterprises(changes)
    known = obligations_by_enterprise(year.id, [enterprise.id for enterprise in enterprises.values()])
    fresh: list[Obligation] = []
    for change in changes:
        enterprise = enterprises[change.row.code]
        if change.obligation is None:
            row = change.row
            quantities = Quantities(row.verified or 0, row.allocation or 0, row.due)
            obligation = new_obligation(enterprise, year, quantities)
            obligation.note = row.remark or ""
            known[enterprise.id] = obligation
            fresh.append(obligation)
        else:
            _correct(known[enterprise.id], change, batch, by=by, now=now)
    db.session.add_all(fresh)
    db.session.flush()
    db.session.add_all([first_correction(new, by=by, now=now, import_id=batch.id) for new in fresh])
    for change in changes:
        _add_surrenders(known[enterprises[change.row.code].id], change, batch, by=by, now=now)
    tell_followers([enterprise.id for enterprise in enterprises.values()], now=now)
    return [enterprises[change.row.code].id for change in changes if change.surrenders]


def _write_enterprises(changes: Sequence[SurrenderChange]) -> dict[str, Enterprise]:
    """Create unknown enterprises, and give known ones the name, region and sector that the table has."""
    regions = {region.code: region for region in all_regions()}
    known = enterprises_by_code([change.row.code for change in changes])
    fresh = []
    for change in changes:
        row = change.row
        enterprise = known.get(row.code)
        if enterprise is None:
            enterprise = Enterprise(code=row.code, name=row.name, sector=Sector(row.sector or Sector.POWER))
            enterprise.region = regions[row.region or ""]
            known[row.code] = enterprise
            fresh.append(enterprise)
            continue
        for difference in change.differences:
            if difference.field is Field.NAME:
                rename(enterprise, row.name)
            elif difference.field is Field.REGION:
                enterprise.region = regions[row.region or ""]
            elif difference.field is Field.SECTOR:
                enterprise.sector = Sector(str(row.sector))
    db.session.add_all(fresh)
    write_pieces(fresh)
    return known


def _correct(obligation: Obligation, change: SurrenderChange, batch: ImportBatch, *, by: Who, now: datetime) -> None:
    row = change.row
    changed = {difference.field for difference in change.differences}
    if changed & {Field.VERIFIED, Field.ALLOCATION, Field.DUE}:
        verified = obligation.verified if row.verified is None else row.verified
        allocation = obligation.allocation if row.allocation is None else row.allocation
        quantities = Quantities(verified, allocation, row.due)
        db.session.add(correct(obligation, quantities, reason="", by=by, now=now, import_id=batch.id))
    if Field.REMARK in changed:
        obligation.note = row.remark or ""
    obligation.touch(now=now)


def _add_surrenders(
    obligation: Obligation, change: SurrenderChange, batch: ImportBatch, *, by: Who, now: datetime
) -> None:
    who: Mapping[str, Any] = recorded(by=by, now=now, import_id=batch.id)
    known = change.obligation.tonnes_by_day if change.obligation else {}
    if change.surrenders:
        db.session.add_all(
            [Surrender(obligation_id=obligation.id, day=day, tonnes=tonnes, **who) for day, tonnes in change.surrenders]
        )
        write_derived(obligation, known, change.surrenders)


def _write_trades(batch: ImportBatch, comparison: TradeComparison) -> list[int]:
    """Write the new trades and return the enterprises that made them."""
    enterprises = enterprises_by_code([row.code for row in comparison.new])
    rows = [
        {
            "enterprise_id": enterprises[row.code].id,
            "cycle_id": batch.cycle_id,
            "day": row.day,
            "direction": Direction(row.direction),
            "tonnes": row.tonnes,
            "amount": row.amount,
            "import_id": batch.id,
        }
        for row in comparison.new
    ]
    if rows:
        db.session.execute(sa.insert(Trade), rows)
    return [enterprise.id for enterprise in enterprises.values()]
