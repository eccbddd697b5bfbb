"""Triggers and the head of the audit chain."""

import sqlalchemy as sa
from alembic import op

from casework.migrations import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :zero)"), {"zero": "0" * 64})
    for statement in triggers.create_statements(bind.dialect.name, triggers.first()):
        bind.exec_driver_sql(statement)


def downgrade():
    bind = op.get_bind()
    for statement in triggers.drop_statements(bind.dialect.name, triggers.first()):
        bind.exec_driver_sql(statement)
    bind.execute(sa.text("DELETE FROM audit_head"))
