"""Migrations lead up and down with data in the tables, and end at exactly what the models say."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade, upgrade
from support.cast import NOW, set_the_stage

from casework.audit.actions import commit, record
from casework.db import Base, db
from casework.operations.invariants import faults
from casework.users.queries import account_by_name


def revisions():
    """Return the revisions, newest first."""
    directory = current_app.extensions["migrate"].migrate.get_config()
    return [script.revision for script in ScriptDirectory.from_config(directory).walk_revisions()]


def difference():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_the_newest_version_is_what_the_models_say(session):
    session.remove()
    assert difference() == []


def test_every_version_leads_down_and_up_again_with_data(session):
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    session.remove()
    for revision in [*revisions()[1:], "base"]:
        downgrade(revision=revision)
    db.engine.dispose()
    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}
    for revision in reversed(revisions()):
        upgrade(revision=revision)
    db.engine.dispose()
    assert difference() == []
    set_the_stage()
    record("sign in", "account", 1, by=account_by_name("alice"), now=NOW)
    commit()
    assert list(faults(["I7", "I11"], now=NOW)) == []


def test_one_version_down_and_up_keeps_what_is_in_the_tables(session):
    before = session.scalars(sa.text("SELECT username FROM account ORDER BY username")).all()
    session.remove()
    downgrade(revision="-1")
    upgrade()
    db.engine.dispose()
    assert session.scalars(sa.text("SELECT username FROM account ORDER BY username")).all() == before
