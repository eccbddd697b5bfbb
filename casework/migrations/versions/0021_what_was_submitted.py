"""What a report said when it was handed in, beside what is typed into it since."""

import sqlalchemy as sa
from alembic import op

from casework.db import Json

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("report", sa.Column("submitted", Json(), nullable=True))
    op.execute('UPDATE report SET submitted = "values" WHERE first_submitted_at IS NOT NULL')


def downgrade():
    op.drop_column("report", "submitted")
