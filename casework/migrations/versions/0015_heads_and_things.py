"""Who heads a bureau, and what a notice is about however often it is told."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("account", sa.Column("head", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notice", sa.Column("thing", sa.String(length=60), nullable=False, server_default=""))
    op.create_index(op.f("ix_notice_account_thing"), "notice", ["account_id", "thing", "id"])


def downgrade():
    op.drop_index(op.f("ix_notice_account_thing"), "notice")
    op.drop_column("notice", "thing")
    op.drop_column("account", "head")
