"""The code by which anybody checks a letter, and an index to find a letter by the bytes of its PDF."""

import sqlalchemy as sa
from alembic import op

from casework.migrations import triggers

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("letter", sa.Column("code", sa.String(length=16), nullable=True))
    op.create_index("uq_letter_code", "letter", ["code"], unique=True)
    op.create_index("ix_letter_sha256", "letter", ["sha256"])
    execute(triggers.create_statements)


def downgrade():
    execute(triggers.drop_statements)
    op.drop_index("ix_letter_sha256", "letter")
    op.drop_index("uq_letter_code", "letter")
    op.drop_column("letter", "code")


def execute(statements):
    bind = op.get_bind()
    for statement in statements(bind.dialect.name, triggers.of_codes()):
        bind.exec_driver_sql(statement)
