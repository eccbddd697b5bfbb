"""A reply comes with any number of files."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# The indexes of what is not done yet, which the rebuilt table of SQLite would lose.
PARTIAL = (
    ("ix_recipient_undispatched", "dispatched_day", "dispatched_day IS NULL"),
    ("ix_recipient_unreceived", "received_day", "received_day IS NULL"),
    ("ix_recipient_unanswered", "replied_day", "replied_day IS NULL AND reply_due IS NOT NULL"),
    ("ix_recipient_unjudged", "judged", "NOT judged AND replied_day IS NOT NULL"),
)
COPY = """
INSERT INTO reply_file (recipient_id, returned_id, file_id)
SELECT recipient_id, id, reply_file_id FROM returned_reply WHERE reply_file_id IS NOT NULL ORDER BY id
"""
COPY_STANDING = """
INSERT INTO reply_file (recipient_id, file_id)
SELECT id, reply_file_id FROM recipient WHERE reply_file_id IS NOT NULL ORDER BY id
"""
FIRST = """
UPDATE {table} SET reply_file_id = (SELECT MIN(reply_file.file_id) FROM reply_file WHERE {which})
"""


def upgrade():
    op.create_table(
        "reply_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("returned_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name="fk_reply_file_recipient_id_recipient"),
        sa.ForeignKeyConstraint(["returned_id"], ["returned_reply.id"], name="fk_reply_file_returned_id_returned_reply"),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name="fk_reply_file_file_id_file"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_file"),
    )
    op.create_index("ix_reply_file_recipient_id", "reply_file", ["recipient_id"])
    op.execute(COPY)
    op.execute(COPY_STANDING)
    drop_partial()
    for table in ("recipient", "returned_reply"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(f"fk_{table}_reply_file_id_file", type_="foreignkey")
            batch.drop_column("reply_file_id")
    create_partial()


def downgrade():
    drop_partial()
    for table in ("recipient", "returned_reply"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("reply_file_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(f"fk_{table}_reply_file_id_file", "file", ["reply_file_id"], ["id"])
    create_partial()
    op.execute(
        FIRST.format(
            table="recipient", which="reply_file.recipient_id = recipient.id AND reply_file.returned_id IS NULL"
        )
    )
    op.execute(FIRST.format(table="returned_reply", which="reply_file.returned_id = returned_reply.id"))
    op.drop_table("reply_file")


def drop_partial():
    for name, _column, _where in PARTIAL:
        op.drop_index(name, "recipient")


def create_partial():
    for name, column, where in PARTIAL:
        on_sqlite = where.replace("NOT judged", "judged = 0")
        op.create_index(
            name, "recipient", [column], sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(where)
        )
