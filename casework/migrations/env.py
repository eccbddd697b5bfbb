"""Runs the migrations on the program's own engine."""

from alembic import context
from flask import current_app

from casework.db import read_only_from_here

extension = current_app.extensions["migrate"]


def run() -> None:
    """Run them in one transaction; SQLite's foreign keys rest while tables are rebuilt."""
    read_only_from_here(False)
    engine = extension.db.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection, target_metadata=extension.db.metadata, user_module_prefix="casework.db.",
            transaction_per_migration=False, **extension.configure_args,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    if sqlite:
        engine.dispose()  # the connection whose foreign keys rested is not used again


run()
