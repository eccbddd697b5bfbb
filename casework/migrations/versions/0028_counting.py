"""Indexes that hold what the courses of cycles are counted from, in place of those that held only the key."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

IN_PLACE_OF = (
    ("obligation", "ix_obligation_year_id", ["year_id"], "ix_obligation_counted",
     ["year_id", "enterprise_id", "id", "due", "surrendered", "last_surrender_day"]),
    ("obligation_correction", "ix_obligation_correction_obligation_id", ["obligation_id"],
     "ix_obligation_correction_counted", ["obligation_id", "from_day", "due"]),
    ("surrender", "ix_surrender_obligation_id", ["obligation_id"], "ix_surrender_counted",
     ["obligation_id", "day", "tonnes"]),
)  # fmt: skip


def upgrade():
    for table, old, _key, new, columns in IN_PLACE_OF:
        op.create_index(new, table, columns)
        op.drop_index(old, table)
    below = sa.text("tonnes < 0")
    op.create_index(
        "ix_surrender_taken_back", "surrender", ["tonnes", "obligation_id"], sqlite_where=below, postgresql_where=below
    )


def downgrade():
    op.drop_index("ix_surrender_taken_back", "surrender")
    for table, old, key, new, _columns in IN_PLACE_OF:
        op.create_index(old, table, key)
        op.drop_index(new, table)
