"""What the reports of a region in a round come to, counted when one changes, and indexes to read reports in order."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TALLIES = ("given", "accepted", "returned", "late", "changed", "worse", "contradicting", "at_risk")
SUMS = ("surrendered", "to_buy")
INDEXES = {
    "ix_report_round_order": ["round_id", "id"],
    "ix_report_round_state": ["round_id", "state", "id"],
    "ix_report_round_to_buy": ["round_id", "to_buy", "id"],
}


def upgrade():
    for name, columns in INDEXES.items():
        op.create_index(name, "report", columns)
    for name in (*TALLIES, *SUMS):
        kind = sa.BigInteger() if name in SUMS else sa.Integer()
        op.add_column("round_region", sa.Column(name, kind, nullable=False, server_default="0"))


def downgrade():
    for name in reversed((*TALLIES, *SUMS)):
        op.drop_column("round_region", name)
    for name in reversed(INDEXES):
        op.drop_index(name, "report")
