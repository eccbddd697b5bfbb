"""What imports propose for a plan's measures stands beside what reports propose."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KEY = ["case_id", "kind", "target_id"]


def _unique(name, condition):
    where = sa.text(condition)
    op.create_index(name, "record_proposal", _KEY, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade():
    op.drop_index("uq_record_proposal_open", "record_proposal")
    with op.batch_alter_table("record_proposal") as table:
        table.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("day", sa.Date(), nullable=True))
        table.alter_column("report_id", existing_type=sa.Integer(), nullable=True)
        table.create_foreign_key(
            op.f("fk_record_proposal_import_id_import_batch"), "import_batch", ["import_id"], ["id"]
        )
        table.create_check_constraint("one_source", "(report_id IS NULL) <> (import_id IS NULL)")
        table.create_check_constraint(
            "decided_iff_moment", "(state IN ('accepted', 'declined')) = (decided_at IS NOT NULL)"
        )
    op.create_index(op.f("ix_record_proposal_import_id"), "record_proposal", ["import_id"])
    for source in ("report", "import"):
        _unique(f"uq_record_proposal_open_{source}", f"state = 'open' AND {source}_id IS NOT NULL")


def downgrade():
    op.execute("DELETE FROM record_proposal WHERE report_id IS NULL")
    for source in ("report", "import"):
        op.drop_index(f"uq_record_proposal_open_{source}", "record_proposal")
    op.drop_index(op.f("ix_record_proposal_import_id"), "record_proposal")
    with op.batch_alter_table("record_proposal") as table:
        for name in ("decided_iff_moment", "one_source"):
            table.drop_constraint(op.f(f"ck_record_proposal_{name}"), type_="check")
        table.drop_constraint(op.f("fk_record_proposal_import_id_import_batch"), type_="foreignkey")
        table.alter_column("report_id", existing_type=sa.Integer(), nullable=False)
        table.drop_column("day")
        table.drop_column("import_id")
    _unique("uq_record_proposal_open", "state = 'open'")
