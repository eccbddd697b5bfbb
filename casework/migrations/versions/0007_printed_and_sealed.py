"""Who printed which letters, alone and together, and the scan of each letter with its seal."""

import sqlalchemy as sa
from alembic import op

from casework.db import Moment
from casework.migrations import triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "print_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(timezone=True), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_print_run_made_by_id_account")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_print_run_job_id_job")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_print_run_file_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
    )
    op.create_index(op.f("ix_print_run_made_by_id"), "print_run", ["made_by_id"])
    op.create_table(
        "letter_print",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("printed_by_id", sa.Integer(), nullable=False),
        sa.Column("printed_at", Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_print_letter_id_letter")),
        sa.ForeignKeyConstraint(["run_id"], ["print_run.id"], name=op.f("fk_letter_print_run_id_print_run")),
        sa.ForeignKeyConstraint(["printed_by_id"], ["account.id"], name=op.f("fk_letter_print_printed_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_print")),
    )
    op.create_index(op.f("ix_letter_print_letter_id"), "letter_print", ["letter_id"])
    op.create_index(op.f("ix_letter_print_run_id"), "letter_print", ["run_id"])
    op.create_table(
        "sealed_scan",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", Moment(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_sealed_scan_letter_id_letter")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_sealed_scan_file_id_file")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["account.id"], name=op.f("fk_sealed_scan_taken_by_id_account")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_sealed_scan")),
    )
    for statement in triggers.create_statements(op.get_bind().dialect.name, triggers.of_sealed_scans()):
        op.get_bind().exec_driver_sql(statement)


def downgrade():
    for statement in triggers.drop_statements(op.get_bind().dialect.name, triggers.of_sealed_scans()):
        op.get_bind().exec_driver_sql(statement)
    op.drop_table("sealed_scan")
    op.drop_table("letter_print")
    op.drop_table("print_run")
