"""Prices of allowances by day."""

import sqlalchemy as sa
from alembic import op

from casework.db import Moment, Money

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "market_price",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("close", Money(), nullable=False),
        sa.Column("tonnes", sa.BigInteger(), nullable=False),
        sa.Column("amount", Money(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("close > 0 AND tonnes >= 0 AND amount >= 0", name=op.f("ck_market_price_quantities")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["account.id"], name=op.f("fk_market_price_recorded_by_id_account")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_market_price")),
    )


def downgrade():
    op.drop_table("market_price")
