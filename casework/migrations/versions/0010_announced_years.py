"""The years of the working calendar that the administrator entered."""

import sqlalchemy as sa
from alembic import op

from casework.db import Json, Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "announced_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("days", Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_announced_year")),
    )


def downgrade():
    op.drop_table("announced_year")
