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

_GIVEN = "report.state IN ('submitted', 'accepted')"
COUNTED = {
    "given": f"SUM(CASE WHEN {_GIVEN} THEN 1 ELSE 0 END)",
    "accepted": "SUM(CASE WHEN report.state = 'accepted' THEN 1 ELSE 0 END)",
    "returned": "SUM(CASE WHEN report.state = 'returned' THEN 1 ELSE 0 END)",
    "late": "SUM(CASE WHEN report.first_submitted_at >= reporting_round.due_at THEN 1 ELSE 0 END)",
    "changed": f"SUM(CASE WHEN {_GIVEN} AND report.changed THEN 1 ELSE 0 END)",
    "worse": f"SUM(CASE WHEN {_GIVEN} AND report.worse <> '' THEN 1 ELSE 0 END)",
    "contradicting": f"SUM(CASE WHEN {_GIVEN} AND report.contradicts <> '' THEN 1 ELSE 0 END)",
    "at_risk": f"SUM(CASE WHEN {_GIVEN} AND report.risk = 'high' THEN 1 ELSE 0 END)",
    "surrendered": f"SUM(CASE WHEN {_GIVEN} THEN report.surrendered ELSE 0 END)",
    "to_buy": f"SUM(CASE WHEN {_GIVEN} THEN report.to_buy ELSE 0 END)",
}
COUNT = """
UPDATE round_region SET {name} = COALESCE((
  SELECT {sum} FROM report JOIN reporting_round ON reporting_round.id = report.round_id
  WHERE report.round_id = round_region.round_id AND report.region_id = round_region.region_id
), 0)
"""


def upgrade():
    for name, columns in INDEXES.items():
        op.create_index(name, "report", columns)
    for name in (*TALLIES, *SUMS):
        kind = sa.BigInteger() if name in SUMS else sa.Integer()
        op.add_column("round_region", sa.Column(name, kind, nullable=False, server_default="0"))
    for name, counted in COUNTED.items():
        op.execute(COUNT.format(name=name, sum=counted))


def downgrade():
    for name in reversed((*TALLIES, *SUMS)):
        op.drop_column("round_region", name)
    for name in reversed(INDEXES):
        op.drop_index(name, "report")
