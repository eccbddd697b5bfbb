"""Letter templates: the texts and prefixes that the program had become version 1 of each, and letters name theirs."""

import json

import sqlalchemy as sa
from alembic import op

import casework.db
from casework.migrations import triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = ("work_supervision", "supervision", "reminder", "notice", "bulletin")
USUAL_PREFIX = dict.fromkeys(KINDS, "宁环函") | {"bulletin": "宁环发"}
LAW = "根据《碳排放权交易管理暂行条例》，纳入全国碳排放权交易市场的重点排放单位应当按时足额清缴碳排放配额，{履约年度}配额清缴的截止日期为{截止日期}。"
ASK = "为推动按期完成履约，现商请{贵方}支持做好以下工作："
PLAN = ("督促上述单位制定配额清缴计划，落实购买配额的资金，逐周推进清缴。", "{生态环境局}", "reply")
RELIEF = ("协调有关部门和金融机构帮助企业纾困解难，支持企业按期足额清缴配额。", "", "deadline")
LEAD = ("明确负责同志牵头督办，定期调度清缴进展，协调解决突出问题。", "", "reply")
BULLETIN = {
    "name": "通报",
    "format": "document",
    "title": "关于{地区}重点排放单位{履约年度}碳排放配额清缴进展情况的通报",
    "basis": "{履约年度}碳排放配额清缴的截止日期为{截止日期}。现将{地区}重点排放单位清缴进展情况通报如下。",
    "body": "上述缺口尚未落实清缴，存在不能按期履约的风险。为推动按期完成履约，请{贵方}继续做好以下工作：",
    "requests": [
        ("对缺口单位逐家落实责任人，定期调度清缴进展。", "{生态环境局}", "reply"),
        ("督促有关单位在截止日期前足额完成清缴。", "", "deadline"),
    ],
    "replied_how": "将整改情况书面报送",
    "closing": "特此通报。",
}
TEXTS = {
    ("work_supervision", "government"): {
        "name": "工作督促函",
        "title": "关于商请督促{单位名称}完成碳排放配额清缴的函",
        "basis": LAW + "现将{贵方}有关情况函告如下。",
        "body": "目前距截止日期已近，上述缺口尚未落实清缴，存在不能按期履约的风险。\n" + ASK,
        "requests": [PLAN, RELIEF],
        "replied_how": "将办理情况书面函复",
        "closing": "特此函达，盼复。",
    },
    ("supervision", "government"): {
        "name": "督办函",
        "title": "关于商请督办{单位名称}完成碳排放配额清缴的函",
        "basis": LAW + "现将{贵方}有关情况函告如下。",
        "body": "{此前督促}上述缺口至今仍未清缴，履约风险突出，需予重点督办。\n" + ASK,
        "requests": [LEAD, PLAN, RELIEF],
        "replied_how": "将办理情况书面函复",
        "closing": "特此函达，盼复。",
    },
    ("reminder", "bureau"): {
        "name": "提醒函",
        "title": "关于提醒{单位名称}按期完成碳排放配额清缴的函",
        "basis": LAW + "现将有关情况提醒如下。",
        "body": "上述缺口尚未落实清缴，存在不能按期履约的风险。请{贵方}做好以下工作：",
        "requests": [
            ("督促上述单位核对应清缴配额量和登记账户的余额，测算并落实所需资金。", "", "reply"),
            ("跟踪清缴进展，协调解决困难，推动按期足额完成清缴。", "", "deadline"),
        ],
        "replied_how": "将落实情况书面报送",
        "closing": "特此提醒。",
    },
    ("reminder", "enterprise"): {
        "name": "提醒函",
        "title": "关于提醒按期完成{履约年度}碳排放配额清缴的函",
        "basis": LAW + "现将有关情况提醒如下。",
        "body": "上述缺口尚未清缴，存在不能按期履约的风险。现提醒{贵方}做好以下工作：",
        "requests": [
            ("核对应清缴配额量和登记账户的余额，测算所需资金。", "", "reply"),
            ("落实购买配额的资金，按期足额完成清缴。", "", "deadline"),
        ],
        "replied_how": "将落实情况书面报送",
        "closing": "特此提醒。",
    },
    ("notice", "bureau"): {
        "name": "通知",
        "title": "关于开展{履约年度}碳排放配额清缴进展调度的通知",
        "basis": "为掌握{履约年度}碳排放配额清缴进展，推动重点排放单位在{截止日期}前足额清缴，{我方}组织开展清缴进展调度。",
        "body": "请{贵方}做好以下工作：",
        "requests": [
            ("逐家核实尚未足额清缴的重点排放单位的已清缴量、缺口和购买配额的安排，没有变化的注明“无变化”。", "", "reply"),
            ("说明纾困措施的落实情况，以及影响按期清缴的困难和风险。", "", "reply"),
        ],
        "replied_how": "将有关情况报送",
        "closing": "特此通知。",
    },
    ("bulletin", "government"): BULLETIN,
    ("bulletin", "bureau"): BULLETIN,
}


def upgrade():
    make_tables()
    fill_tables()
    with op.batch_alter_table("letter") as batch:
        batch.add_column(sa.Column("template_version_id", sa.Integer(), nullable=True))
    name_versions()
    with op.batch_alter_table("letter") as batch:
        batch.alter_column("template_version_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            "fk_letter_template_version_id_letter_template_version", "letter_template_version",
            ["template_version_id"], ["id"],
        )
        batch.create_index("ix_letter_template_version_id", ["template_version_id"])
    restore_letter_triggers()
    execute(triggers.create_statements, triggers.of_templates())


def downgrade():
    execute(triggers.drop_statements, triggers.of_templates())
    keep_prefixes()
    with op.batch_alter_table("letter") as batch:
        batch.drop_index("ix_letter_template_version_id")
        batch.drop_constraint("fk_letter_template_version_id_letter_template_version", type_="foreignkey")
        batch.drop_column("template_version_id")
    restore_letter_triggers()
    for table in ("letter_template_event", "letter_template_version", "letter_template"):
        op.drop_table(table)


def make_tables():
    op.create_table(
        "letter_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("addressee_kind", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter_template"),
        sa.UniqueConstraint("kind", "addressee_kind", name="uq_letter_template_kind_addressee_kind"),
    )
    op.create_table(
        "letter_template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("content", casework.db.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", casework.db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["template_id"], ["letter_template.id"], name="fk_letter_template_version_template_id_letter_template"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letter_template_version"),
        sa.UniqueConstraint("template_id", "number", name="uq_letter_template_version_template_id_number"),
    )
    for name, states in (("approved", "state = 'approved'"), ("open", "state IN ('draft', 'submitted')")):
        op.create_index(
            f"uq_letter_template_version_{name}", "letter_template_version", ["template_id"], unique=True,
            sqlite_where=sa.text(states), postgresql_where=sa.text(states),
        )
    op.create_table(
        "letter_template_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("at", casework.db.Moment(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name="fk_letter_template_event_actor_id_account"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["letter_template_version.id"],
            name="fk_letter_template_event_version_id_letter_template_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letter_template_event"),
    )
    op.create_index("ix_letter_template_event_version_id", "letter_template_event", ["version_id"])


def fill_tables():
    """Write version 1 of each template with the prefix that the office had set for the kind."""
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT key, value FROM setting WHERE key LIKE 'prefix%'"))
    prefixes = USUAL_PREFIX | {row.key.removeprefix("prefix_"): json.loads(row.value) for row in rows}
    for (kind, whom), text in TEXTS.items():
        asked = [{"text": what, "who": who, "by": by} for what, who, by in text["requests"]]
        content = {"format": "letter", **text, "prefix": prefixes[kind], "requests": asked}
        bind.execute(
            sa.text("INSERT INTO letter_template (kind, addressee_kind) VALUES (:kind, :whom)"),
            {"kind": kind, "whom": whom},
        )
        bind.execute(
            sa.text(
                "INSERT INTO letter_template_version (template_id, number, state, content, version)"
                " SELECT id, 1, 'approved', :content, 1 FROM letter_template"
                " WHERE kind = :kind AND addressee_kind = :whom"
            ),
            {"content": casework.db.canonical(content), "kind": kind, "whom": whom},
        )
    bind.execute(sa.text("DELETE FROM setting WHERE key LIKE 'prefix%'"))


def name_versions():
    """Let every letter there is name version 1 for its kind and addressee, else the first of its kind."""
    op.execute(
        "UPDATE letter SET template_version_id = COALESCE("
        "(SELECT v.id FROM letter_template_version v JOIN letter_template t ON t.id = v.template_id"
        " WHERE t.kind = letter.kind AND t.addressee_kind = letter.addressee_kind), "
        "(SELECT MIN(v.id) FROM letter_template_version v JOIN letter_template t ON t.id = v.template_id"
        " WHERE t.kind = letter.kind))"
    )


def keep_prefixes():
    """Give the settings back the prefixes in force where they are not the usual ones."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT t.kind, v.content FROM letter_template_version v JOIN letter_template t ON t.id = v.template_id"
            " WHERE v.state = 'approved' ORDER BY v.id DESC"
        )
    )
    for kind, prefix in {row.kind: json.loads(row.content)["prefix"] for row in rows}.items():
        if prefix != USUAL_PREFIX.get(kind, prefix):
            bind.execute(
                sa.text("INSERT INTO setting (key, value, version) VALUES (:key, :value, 1)"),
                {"key": f"prefix_{kind}", "value": json.dumps(prefix, ensure_ascii=False)},
            )


def restore_letter_triggers():
    """Put the older triggers back that a rebuild of the table on SQLite took away."""
    if op.get_bind().dialect.name == "sqlite":
        execute(triggers.create_statements, [rule for rule in triggers.first() if rule[1] == "letter"])


def execute(statements, rules):
    bind = op.get_bind()
    for statement in statements(bind.dialect.name, rules):
        bind.exec_driver_sql(statement)
