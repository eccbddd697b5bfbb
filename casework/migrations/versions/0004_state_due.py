"""An index for the problem list narrowed to one state, in the order of what is due."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_case_cycle_state_due", "case", ["cycle_id", "state", "next_due", "id"])


def downgrade():
    op.drop_index("ix_case_cycle_state_due", "case")
