"""Rule sets: the rules of relief that the program had become version 1 of each."""

import sqlalchemy as sa
from alembic import op

import casework.db
from casework.migrations import triggers

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PLAN_2021 = "《2021、2022年度全国碳排放权交易配额总量设定与分配实施方案（发电行业）》"
NOTICE_2021 = "《关于做好2021、2022年度全国碳排放权交易配额分配相关工作的通知》"
PLAN_2023 = "《2023、2024年度全国碳排放权交易发电行业配额总量和分配方案》"
PLAN_2025 = "2025年度全国碳排放权交易配额总量和分配方案（征求意见稿）"
SETS = (
    {
        "code": "2021-2022",
        "years": ["2021", "2022"],
        "plan": {"source": PLAN_2021, "status": "published"},
        "gas_topped_up": {"source": PLAN_2021 + "履约豁免机制", "status": "published"},
        "cap": {"source": PLAN_2021 + "履约豁免机制", "status": "published", "percent": 20, "sectors": None},
        "ccer": {
            "source": NOTICE_2021 + "CCER抵销配额清缴",
            "status": "published",
            "most_percent_of_due": 5,
            "registered_after": None,
        },
        "gift": {"source": NOTICE_2021, "status": "unverified"},
        "compulsory": {"source": NOTICE_2021, "status": "unverified", "grounds": ["frozen", "shut_down", "struck_off"]},
        "borrowing": {
            "source": NOTICE_2021 + "配额预支",
            "status": "published",
            "least_gap_percent": 10,
            "most_percent_of_gap": 50,
            "from_year": "2023",
        },
        "individual": {"source": PLAN_2021 + "个性化纾困机制", "status": "unverified"},
        "carry_over": None,
        "pre_allocation": None,
    },
    {
        "code": "2023-2024",
        "years": ["2023", "2024"],
        "plan": {"source": PLAN_2023, "status": "published"},
        "gas_topped_up": {"source": PLAN_2023, "status": "published"},
        "cap": {"source": PLAN_2023, "status": "published", "percent": 20, "sectors": None},
        "ccer": {
            "source": "《碳排放权交易管理办法（试行）》第二十九条",
            "status": "published",
            "most_percent_of_due": 5,
            "registered_after": None,
        },
        "gift": {"source": PLAN_2023, "status": "unverified"},
        "compulsory": {
            "source": PLAN_2023,
            "status": "unverified",
            "grounds": ["defaulted", "frozen", "shut_down", "struck_off"],
        },
        "borrowing": None,
        "individual": None,
        "carry_over": {
            "source": PLAN_2023 + "配额结转",
            "status": "published",
            "base": 10000,
            "factor": "1.5",
            "first_day": "2024-01-01",
            "last_day": "2025-12-31",
        },
        "pre_allocation": {"source": PLAN_2023 + "配额预分配", "status": "published", "percent": 70},
    },
    {
        "code": "2025",
        "years": ["2025"],
        "plan": {"source": PLAN_2025, "status": "draft"},
        "gas_topped_up": {"source": PLAN_2025, "status": "draft"},
        "cap": {"source": PLAN_2025, "status": "draft", "percent": 20, "sectors": ["power"]},
        "ccer": {"source": PLAN_2025, "status": "draft", "most_percent_of_due": 5, "registered_after": "2024-01-22"},
        "gift": {"source": PLAN_2025, "status": "draft"},
        "compulsory": {
            "source": PLAN_2025,
            "status": "draft",
            "grounds": ["defaulted", "frozen", "shut_down", "struck_off"],
        },
        "borrowing": None,
        "individual": None,
        "carry_over": None,
        "pre_allocation": {"source": PLAN_2025, "status": "draft", "percent": 50},
    },
)
STATE = sa.Enum(
    "draft", "submitted", "approved", "returned", "replaced", name="versionstate", native_enum=False, length=40
)
STEP = sa.Enum("edit", "submit", "recall", "approve", "return", name="versionstep", native_enum=False, length=40)


def upgrade():
    make_tables()
    bind = op.get_bind()
    for content in SETS:
        bind.execute(sa.text("INSERT INTO rule_set (code) VALUES (:code)"), {"code": content["code"]})
        bind.execute(
            sa.text(
                "INSERT INTO rule_set_version (rule_set_id, number, state, content, version)"
                " SELECT id, 1, 'approved', :content, 1 FROM rule_set WHERE code = :code"
            ),
            {"content": casework.db.canonical(content), "code": content["code"]},
        )
    execute(triggers.create_statements)


def downgrade():
    execute(triggers.drop_statements)
    for table in ("rule_set_event", "rule_set_version", "rule_set"):
        op.drop_table(table)


def make_tables():
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule_set"),
        sa.UniqueConstraint("code", name="uq_rule_set_code"),
    )
    op.create_table(
        "rule_set_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("content", casework.db.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", casework.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name="fk_rule_set_version_rule_set_id_rule_set"),
        sa.PrimaryKeyConstraint("id", name="pk_rule_set_version"),
        sa.UniqueConstraint("rule_set_id", "number", name="uq_rule_set_version_rule_set_id_number"),
    )
    for name, states in (("approved", "state = 'approved'"), ("open", "state IN ('draft', 'submitted')")):
        op.create_index(
            f"uq_rule_set_version_{name}", "rule_set_version", ["rule_set_id"], unique=True,
            sqlite_where=sa.text(states), postgresql_where=sa.text(states),
        )
    op.create_table(
        "rule_set_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step", STEP, nullable=False),
        sa.Column("at", casework.db.Moment(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name="fk_rule_set_event_actor_id_account"),
        sa.ForeignKeyConstraint(["on_behalf_of_id"], ["account.id"], name="fk_rule_set_event_on_behalf_of_id_account"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["rule_set_version.id"], name="fk_rule_set_event_version_id_rule_set_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rule_set_event"),
    )
    op.create_index("ix_rule_set_event_version_id", "rule_set_event", ["version_id"])


def execute(statements):
    bind = op.get_bind()
    for statement in statements(bind.dialect.name, triggers.of_rule_sets()):
        bind.exec_driver_sql(statement)
