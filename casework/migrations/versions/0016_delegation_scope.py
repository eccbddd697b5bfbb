"""What a delegate stands in for."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("delegation", sa.Column("scope", sa.String(length=40), nullable=False, server_default="all"))


def downgrade():
    op.drop_column("delegation", "scope")
