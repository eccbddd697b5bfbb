"""Indexes by which every page counts what is due: the cases of an officer, and those of a region."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_case_officer_due", "case", ["officer_id", "next_due"])
    op.create_index("ix_case_region_due", "case", ["region_id", "next_due"])
    op.drop_index("ix_case_officer_id", "case")  # the first column of one of the new ones


def downgrade():
    op.create_index("ix_case_officer_id", "case", ["officer_id"])
    op.drop_index("ix_case_region_due", "case")
    op.drop_index("ix_case_officer_due", "case")
