"""The day on which a round is due, so that worklists are sorted by it, and an index to the parts to be reviewed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DAYS = {
    "sqlite": "UPDATE reporting_round SET due_day = date(due_at, '-1 second', '+8 hours')",
    "postgresql": "UPDATE reporting_round SET due_day = ((due_at - INTERVAL '1 second') AT TIME ZONE 'Asia/Shanghai')::date",
}


def upgrade():
    op.add_column("reporting_round", sa.Column("due_day", sa.Date(), nullable=False, server_default="2000-01-01"))
    op.execute(DAYS[op.get_bind().dialect.name])
    op.create_index("ix_report_returned", "report", ["region_id"], sqlite_where=RETURNED, postgresql_where=RETURNED)
    op.create_index("ix_round_region_waiting", "round_region", ["round_id"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade():
    op.drop_index("ix_round_region_waiting", "round_region")
    op.drop_index("ix_report_returned", "report")
    op.drop_column("reporting_round", "due_day")


RETURNED = sa.text("state = 'returned'")
WAITING = sa.text("given > accepted")
