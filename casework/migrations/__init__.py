"""Alembic migrations: the tables, then the triggers that are the last line."""
