"""Who gets a letter is chosen with its draft: several regions or an enterprise; who of them answers for which case."""

import sqlalchemy as sa
from alembic import op

from casework.migrations import triggers

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ADDRESS_DRAFTS = """
INSERT INTO recipient (letter_id, region_id, name, version, dispatched_way, received_by, reply)
SELECT id, region_id, addressee, 1, '', '', '' FROM letter WHERE number IS NULL
"""
NAME_REGION = "UPDATE case_letter SET region_id = (SELECT region_id FROM letter WHERE letter.id = case_letter.letter_id)"


def upgrade():
    with op.batch_alter_table("recipient") as batch:
        batch.add_column(sa.Column("enterprise_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_recipient_enterprise_id_enterprise", "enterprise", ["enterprise_id"], ["id"])
        batch.create_index("ix_recipient_enterprise_id", ["enterprise_id"])
    op.execute(ADDRESS_DRAFTS)
    with op.batch_alter_table("case_letter") as batch:
        batch.add_column(sa.Column("region_id", sa.Integer(), nullable=True))
    op.execute(NAME_REGION)
    with op.batch_alter_table("case_letter") as batch:
        batch.alter_column("region_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key("fk_case_letter_region_id_region", "region", ["region_id"], ["id"])
        batch.create_index("ix_case_letter_region_id", ["region_id"])
    widen_addressee(sa.String(length=120), sa.String(length=400))


def downgrade():
    widen_addressee(sa.String(length=400), sa.String(length=120))
    with op.batch_alter_table("case_letter") as batch:
        batch.drop_index("ix_case_letter_region_id")
        batch.drop_constraint("fk_case_letter_region_id_region", type_="foreignkey")
        batch.drop_column("region_id")
    op.execute("DELETE FROM recipient WHERE letter_id IN (SELECT id FROM letter WHERE number IS NULL)")
    with op.batch_alter_table("recipient") as batch:
        batch.drop_index("ix_recipient_enterprise_id")
        batch.drop_constraint("fk_recipient_enterprise_id_enterprise", type_="foreignkey")
        batch.drop_column("enterprise_id")


def widen_addressee(before, after):
    """Change the width; a line that would not fit any more stands in the letter's facts and is cut here."""
    bind = op.get_bind()
    if after.length < before.length:
        op.execute(f"UPDATE letter SET addressee = SUBSTR(addressee, 1, {after.length})")
    with op.batch_alter_table("letter") as batch:
        batch.alter_column("addressee", existing_type=before, type_=after, existing_nullable=False)
    if bind.dialect.name == "sqlite":  # the rebuilt table lost its triggers
        rules = [*triggers.first(), *triggers.of_templates(), *triggers.of_codes()]
        for statement in triggers.create_statements("sqlite", [rule for rule in rules if rule[1] == "letter"]):
            bind.exec_driver_sql(statement)
