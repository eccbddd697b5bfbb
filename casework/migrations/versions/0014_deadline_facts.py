"""What a deadline was counted from, so that it can be explained and counted anew.

A working deadline that was moved before has its present day as the day set, from the day on which it was moved last:
what moved it until then is in it already. Requests for an extension that outlived their case have lapsed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NEW = (
    ("case", sa.Column("deadline_set", sa.Date(), nullable=True)),
    ("case", sa.Column("deadline_since", sa.Date(), nullable=True)),
    ("case", sa.Column("deadline_provisional", sa.Boolean(), nullable=False, server_default=sa.false())),
    ("letter", sa.Column("reply_from", sa.Date(), nullable=True)),
    ("letter", sa.Column("reply_days", sa.Integer(), nullable=True)),
    ("letter", sa.Column("reply_provisional", sa.Boolean(), nullable=False, server_default=sa.false())),
)
MOVED = """
UPDATE "case" SET deadline_set = working_deadline, deadline_since = (
  SELECT MAX(moved.day) FROM (
    SELECT pause.case_id, pause.until_day AS day FROM pause WHERE pause.until_day IS NOT NULL
    UNION ALL SELECT extension.case_id, {day} FROM extension WHERE extension.granted = {true}
  ) AS moved WHERE moved.case_id = "case".id
) WHERE EXISTS (SELECT 1 FROM pause WHERE pause.case_id = "case".id AND pause.until_day IS NOT NULL)
  OR EXISTS (SELECT 1 FROM extension WHERE extension.case_id = "case".id AND extension.granted = {true})
"""

LAPSED = """
UPDATE extension SET granted = {false}, decided_at = asked_at WHERE granted IS NULL
  AND EXISTS (SELECT 1 FROM "case" WHERE "case".id = extension.case_id AND "case".state IN ('settled', 'closed'))
"""


def upgrade():
    for table, column in NEW:
        op.add_column(table, column)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    decided = "extension.decided_at"
    day = f"date({decided}, '+8 hours')" if on_sqlite else f"({decided} AT TIME ZONE 'Asia/Shanghai')::date"
    op.execute(MOVED.format(day=day, true="1" if on_sqlite else "true"))
    op.execute(LAPSED.format(false="0" if on_sqlite else "false"))


def downgrade():
    for table, column in reversed(NEW):
        op.drop_column(table, column.name)
