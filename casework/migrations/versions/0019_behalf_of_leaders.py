"""Replies that were returned are kept, templates approved on behalf of absent leaders, voided letters found by case."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("letter_template_event") as batch:
        batch.add_column(sa.Column("on_behalf_of_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_letter_template_event_on_behalf_of_id_account", "account", ["on_behalf_of_id"], ["id"]
        )
    op.create_index("ix_case_event_letter_id", "case_event", ["letter_id"])
    op.create_table(
        "returned_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("replied_day", sa.Date(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("reply_recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("reply_file_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_returned_reply_recipient_id_recipient"),
        sa.ForeignKeyConstraint(
            ["reply_recorded_by_id"], ["account.id"], name="fk_returned_reply_reply_recorded_by_id_account"
        ),
        sa.ForeignKeyConstraint(["reply_file_id"], ["file.id"], name="fk_returned_reply_reply_file_id_file"),
        sa.PrimaryKeyConstraint("id", name="pk_returned_reply"),
    )
    op.create_index("ix_returned_reply_recipient_id", "returned_reply", ["recipient_id"])


def downgrade():
    op.drop_table("returned_reply")
    op.drop_index("ix_case_event_letter_id", "case_event")
    with op.batch_alter_table("letter_template_event") as batch:
        batch.drop_constraint("fk_letter_template_event_on_behalf_of_id_account", type_="foreignkey")
        batch.drop_column("on_behalf_of_id")
