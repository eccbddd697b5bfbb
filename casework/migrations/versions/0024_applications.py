"""Applications for national policy support."""

import sqlalchemy as sa
from alembic import op

from casework.db import Moment

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ANSWER = sa.Enum("granted", "partly", "refused", name="answer", native_enum=False, length=40)
UNANSWERED = sa.text("answer IS NULL")


def upgrade():
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sent_to", sa.String(120), nullable=False),
        sa.Column("sent_day", sa.Date(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column("answer", ANSWER, nullable=True),
        sa.Column("answered_day", sa.Date(), nullable=True),
        sa.Column("answer_text", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=True),
        sa.CheckConstraint("(answer IS NULL) = (answered_day IS NULL)", name="ck_application_answered"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_application_case_id_case"),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["account.id"], name="fk_application_recorded_by_id_account"),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
    )
    op.create_index("ix_application_case_id", "application", ["case_id"])
    op.create_index(
        "ix_application_unanswered", "application", ["answer_due"],
        sqlite_where=UNANSWERED, postgresql_where=UNANSWERED,
    )


def downgrade():
    op.drop_table("application")
