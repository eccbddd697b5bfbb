"""What was confirmed to lie in a unit's accounts: how many tonnes, on which day, by whose word."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NEW = (
    sa.Column("holdings", sa.BigInteger(), nullable=True),
    sa.Column("holdings_day", sa.Date(), nullable=True),
    sa.Column("holdings_source", sa.String(120), nullable=False, server_default=""),
)


def upgrade():
    for column in NEW:
        op.add_column("case", column)


def downgrade():
    for column in reversed(NEW):
        op.drop_column("case", column.name)
