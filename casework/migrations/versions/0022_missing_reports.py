"""What is missing is found by an index, and the figures of a report are those that were handed in."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_FIGURES = ("surrendered", "to_buy", "risk")


def upgrade():
    op.create_index(
        "ix_round_region_missing", "round_region", ["round_id"],
        sqlite_where=sa.text("given < units"), postgresql_where=sa.text("given < units"),
    )  # fmt: skip
    op.execute("UPDATE round_region SET complete_at = NULL WHERE given < units")
    op.execute(
        "UPDATE report SET surrendered = NULL, to_buy = NULL, risk = NULL, worse = '', contradicts = '', changed = false"
        " WHERE state = 'to_report'"
    )
    _as_handed_in()


def _as_handed_in():
    """Let the figures of what was sent back be those that were handed in, not what was typed since."""
    connection = op.get_bind()
    returned = connection.execute(sa.text("SELECT id, submitted FROM report WHERE state = 'returned'")).all()
    write = sa.text("UPDATE report SET surrendered = :surrendered, to_buy = :to_buy, risk = :risk WHERE id = :id")
    for id_, stored in returned:
        kept = (json.loads(stored) if isinstance(stored, str) else stored) or {}
        connection.execute(write, {"id": id_, **{name: kept.get(name) for name in _FIGURES}})


def downgrade():
    op.drop_index("ix_round_region_missing", "round_region")
