"""What every page counts for the bell: indexes by officer and region, and which replies still wait for a verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PARTIAL = (
    ("ix_extension_asked", "extension", ["case_id"], "granted IS NULL"),
    ("ix_follow_up_open", "follow_up", ["done_day", "due_day"], "done_day IS NULL"),
    ("ix_recipient_undispatched", "recipient", ["dispatched_day"], "dispatched_day IS NULL"),
    ("ix_recipient_unreceived", "recipient", ["received_day"], "received_day IS NULL"),
    ("ix_recipient_unanswered", "recipient", ["replied_day"], "replied_day IS NULL AND reply_due IS NOT NULL"),
    ("ix_recipient_unjudged", "recipient", ["judged"], "NOT judged AND replied_day IS NOT NULL"),
)
MARK_JUDGED = """
UPDATE recipient SET judged = {true} WHERE replied_day IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM case_letter WHERE case_letter.letter_id = recipient.letter_id AND NOT EXISTS (
    SELECT 1 FROM reply_verdict
    WHERE reply_verdict.recipient_id = recipient.id AND reply_verdict.case_id = case_letter.case_id))
"""


def upgrade():
    op.add_column("recipient", sa.Column("judged", sa.Boolean(), nullable=False, server_default=sa.false()))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(MARK_JUDGED.format(true="1" if on_sqlite else "true"))
    for name, table, columns, where in PARTIAL:
        text = sa.text(where.replace("NOT judged", "judged = 0") if on_sqlite else where)
        op.create_index(name, table, columns, sqlite_where=text, postgresql_where=text)
    op.create_index("ix_case_officer_state_due", "case", ["officer_id", "state", "next_due"])
    op.create_index("ix_case_region_state_due", "case", ["region_id", "state", "next_due"])
    op.drop_index("ix_case_region_due", "case")
    op.drop_index("ix_case_officer_due", "case")


def downgrade():
    op.create_index("ix_case_officer_due", "case", ["officer_id", "next_due"])
    op.create_index("ix_case_region_due", "case", ["region_id", "next_due"])
    op.drop_index("ix_case_region_state_due", "case")
    op.drop_index("ix_case_officer_state_due", "case")
    for name, table, _columns, _where in reversed(PARTIAL):
        op.drop_index(name, table)
    op.drop_column("recipient", "judged")
