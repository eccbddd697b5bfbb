"""Notices, the outbox, and what each person wants by e-mail."""

import sqlalchemy as sa
from alembic import op

from casework.db import Json, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "mail_wish",
        sa.Column("account_id", sa.Integer(), nullable=False),
        *(sa.Column(topic, sa.String(length=40), nullable=False) for topic in ("deadlines", "work", "standing_in")),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_wish_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_wish")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("sent_at", Moment(timezone=True), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_account_id_account")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_mail_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(op.f("uq_mail_key"), "mail", ["key"], unique=True)
    op.create_index(op.f("ix_mail_account_id"), "mail", ["account_id"])
    op.create_index(op.f("ix_mail_job_id"), "mail", ["job_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("stage", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("endpoint", sa.String(length=60), nullable=False),
        sa.Column("target", Json(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("read_at", Moment(timezone=True), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account")),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name=op.f("fk_notice_mail_id_mail")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("uq_notice_account_key"), "notice", ["account_id", "key"], unique=True)
    op.create_index(op.f("ix_notice_account_made"), "notice", ["account_id", "id"])
    op.create_index(op.f("ix_notice_mail_id"), "notice", ["mail_id"])
    for name, columns, where in (
        ("ix_notice_unread", ["account_id", "id"], "read_at IS NULL"),
        ("ix_notice_to_mail", ["made_at", "account_id"], "read_at IS NULL AND mail_id IS NULL"),
    ):
        op.create_index(op.f(name), "notice", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade():
    op.drop_table("notice")
    op.drop_table("mail")
    op.drop_table("mail_wish")
