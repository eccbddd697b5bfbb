"""A bulletin is kept with the round it was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "round_bulletin",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_round_bulletin_letter_id_letter")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["reporting_round.id"], name=op.f("fk_round_bulletin_round_id_reporting_round")
        ),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_round_bulletin")),
    )
    op.create_index(op.f("ix_round_bulletin_round_id"), "round_bulletin", ["round_id"])


def downgrade():
    op.drop_table("round_bulletin")
