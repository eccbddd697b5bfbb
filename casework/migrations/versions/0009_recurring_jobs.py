"""Work that recurs is one row with a key of its own, however many workers start at once."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("job", sa.Column("key", sa.String(length=60), nullable=True))
    op.create_index("uq_job_key", "job", ["key"], unique=True)


def downgrade():
    op.execute("DELETE FROM job WHERE key IS NOT NULL")
    op.drop_index("uq_job_key", "job")
    op.drop_column("job", "key")
