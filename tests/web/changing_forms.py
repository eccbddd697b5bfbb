"""Every form that changes data, filled in: who sends it, what must be there before, what is typed."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pikepdf
import pyotp
import sqlalchemy as sa
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation, region
from support.cast import NOW, PASSWORD
from support.filled_forms import as_sent, values_of
from support.hanging import WHEN, a_penalty, a_plan, a_visit, an_application, ready
from support.imports import a_planned_case, import_surrenders
from support.rounds import a_round, saved, submitted, the_reports
from support.telling import a_mail, a_telling

from casework.audit.actions import commit
from casework.cases.actions import extensions, pauses, rule_sets
from casework.cases.models import CaseFile, PlanState
from casework.db import db
from casework.files.actions import file_of
from casework.jobs.models import Job, JobState
from casework.jobs.worker import run_all
from casework.letters.actions import templates
from casework.letters.models import Recipient
from casework.notices.actions import tell
from casework.notices.models import Notice
from casework.registry.actions.calendar import enter_year
from casework.registry.models import ImportBatch
from casework.rounds.actions.filling import attach_files
from casework.rounds.actions.freezing import freeze_round
from casework.rounds.actions.opening import BY_SCHEDULE
from casework.rounds.models import RecordProposal, ReportFile, Schedule
from casework.rounds.sheet_reading import read_sheet
from casework.rules.calendar_days import as_lines, read_year
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.rounds import Rhythm
from casework.rules.versions import VersionStep
from casework.rules.workflow import State, Step
from casework.users.models import Delegation
from casework.web import typed
from casework.web.fields import Upload
from casework.web.xlsx import Out, workbook

TABLE = Path(__file__).parents[2] / "casework" / "demo" / "surrender-2021.xlsx"


def a_pdf():
    import io

    target, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(target)
    return target.getvalue()


PROOF = (a_pdf(), "凭证.pdf")


SHEET_HEADS = {"填报编号（勿改）": "number", "单位": "unit", "统一社会信用代码": "code", "持有配额量（吨）": "held"}
SHEET = (workbook([Out("填报", [list(SHEET_HEADS), [1, "某单位", "", 100]])]), "填报.xlsx")


def nothing(_app):
    return {}


@dataclass(frozen=True)
class Filled:
    """A form: its address with {names} of what was made before, and what is typed into it."""

    who: str
    path: str
    typed: dict = field(default_factory=dict)
    made: Callable = nothing
    at: str = ""  # the page that shows it, where that is another
    first: str = ""  # a page that is looked at before
    from_page: Callable = lambda _html: {}  # what is typed as the page says


def send_once(app, form, made=None, more=lambda _html: {}):
    """Return a function that posts this form as its sender would, with one and the same token each time.

    `more` says what is sent along with what the page asks for.
    """
    made = form.made(app) if made is None else made
    client, path = app.test_client().sign_in(form.who), form.path.format(**made)
    if form.first:
        client.get(form.first.format(**made))
    shown = client.get((form.at or form.path).format(**made))
    assert shown.status_code == 200, f"{path}: {shown.status_code} {shown.text[-1500:]}"
    client.checks = False
    values = values_of(shown.text, path.split("?")[0])
    typed_in = {
        name: value.format(**made) if isinstance(value, str) else value for name, value in form.typed.items()
    } | form.from_page(shown.text)
    typed_in |= {name: value for name, value in more(shown.text).items() if name not in typed_in}
    return lambda: client.post(path, data=as_sent(values, typed_in), content_type="multipart/form-data")


# --- what must be there before ---------------------------------------------------------------------------------------


def with_rows(build):
    """Make rows in a context of their own; what is built is named for addresses and fields."""

    def made(app):
        with app.app_context():
            names = build()
            commit()
            return names

    return made


def case(state=State.ASSISTING, *hanging, **values):
    def build():
        row = a_case(state, **values)
        return {"case": row.id} | {thing.__name__: thing(row).id for thing in hanging}

    return with_rows(build)


def plan(state):
    def plan(case):
        return a_plan(case, state=state)

    return plan


@with_rows
def measure():
    row = a_case(State.RELIEF)
    made = a_plan(row, state=PlanState.APPROVED)
    return {"case": row.id, "measure": made.measures[0].id}


@with_rows
def follow_up():
    row = a_case()
    return {"case": row.id, "follow_up": a_visit(row).follow_ups[0].id}


def large_file(case):
    file = file_of(b"%PDF-1.7", "扫描件.pdf", "application/pdf", by=account("alice"), now=NOW)
    file.size = 64 * 1024 * 1024
    db.session.add(file)
    db.session.flush()
    row = CaseFile(case_id=case.id, file_id=file.id, belongs_to="case")
    db.session.add(row)
    db.session.flush()
    return row


def extension(case):
    day = case.working_deadline + timedelta(days=9)
    return extensions.ask_extension(case, day, "检修", by=account("dora"), **WHEN)


def pause(case):
    pauses.pause_case(case, "冻结", TODAY + timedelta(days=9), by=account("alice"), **WHEN)
    return case


@with_rows
def kept_text():
    row = a_case()
    typed.keep(
        f"note-new-{row.id}", [("day", "2026-11-22"), ("text", "写到一半")], account_id=account("alice").id, now=NOW
    )
    return {"case": row.id}


@with_rows
def unit():
    return {"unit": an_enterprise().id, "cycle": a_cycle().id}


@with_rows
def owed():
    one = an_obligation(an_enterprise(), surrendered=100)
    return {"obligation": one.id}


@with_rows
def unit_to_list():
    cycle = a_cycle(milestones=[(TODAY - timedelta(days=3), 9_500)])
    one = an_enterprise()
    an_obligation(one, cycle=cycle, due=900)
    return {"unit": one.id}


@with_rows
def two_cases():
    return {"one": a_case().id, "two": a_case().id, "amir": account("amir").id}


def _people():
    return {name: account(name).id for name in ("alice", "amir", "carol", "carl", "victor")} | {
        "city": region("640200").id, "root": region("640000").id,
    }  # fmt: skip


@with_rows
def people():
    return _people()


@with_rows
def hand_over():
    return _people() | {"case": a_case().id}


@with_rows
def disabled():
    account("victor").active = False
    return _people()


@with_rows
def with_second_factor():
    account("carol").totp_secret = pyotp.random_base32()
    return _people()


@with_rows
def delegation():
    row = Delegation(
        absent_id=account("carol").id, delegate_id=account("carl").id, begins_at=NOW, ends_at=NOW + timedelta(days=9)
    )
    db.session.add(row)
    db.session.flush()
    return {"delegation": row.id}


@with_rows
def dead_job():
    row = Job(kind="import check", state=JobState.DEAD, due_at=NOW, attempts=5, created_at=NOW, ended_at=NOW, error="x")
    db.session.add(row)
    db.session.flush()
    return {"job": row.id}


LETTER_STEPS = {
    "submit": ("alice", {}),
    "recall": ("alice", {}),
    "return_from_review": ("bob", {"reason": "请补充依据。"}),
    "pass_review": ("bob", {}),
    "return_from_signing": ("carol", {"reason": "请核对数字。"}),
    "sign": ("carol", {"password": PASSWORD}),
    "withdraw_signature": ("carol", {"reason": "数据有误。"}),
    "register": ("bob", {}),
    "void": ("carol", {"reason": "主送机关有误。", "password": PASSWORD}),
    "repeal": ("carol", {"reason": "情况已变。", "password": PASSWORD}),
}
SIGNED = ("submit", "pass_review", "sign")
DEEDS = {
    "dispatch": ("alice", {"way": "paper", "day": "2026-11-22"}),
    "receipt": ("alice", {"day": "2026-11-22", "name": "王建国", "scan": PROOF}),
    "acknowledge": ("dora", {}),
    "reply": ("dora", {"day": "2026-11-22", "text": "已督促。", "files": PROOF}),
}


def letter(*steps, deeds=()):
    """A letter about one case, taken through these steps and deeds by the cast."""

    def made(app):
        names = with_rows(_case_with_a_telephone)(app)
        new = f"/cases/letter/new?case={names['case']}"
        drafted = send_once(app, Filled("alice", new, {"kind": "work_supervision", "addressee_kind": "government"}))()
        assert drafted.status_code == 303, drafted.text[-2000:]
        names["letter"] = int(drafted.location.rsplit("/", 1)[-1])
        for step in steps:
            who, words = LETTER_STEPS[step]
            _sent(app, Filled(who, f"/letters/{names['letter']}/step/{step}", words))
        with app.app_context():
            names["recipient"] = db.session.scalar(sa.select(Recipient.id))
        for deed in deeds:
            who, words = DEEDS[deed]
            _sent(app, Filled(who, f"/letters/{names['letter']}/recipient/{names['recipient']}/{deed}", words))
        return names

    return made


def _case_with_a_telephone():
    account("alice").phone = "0951-5160000"
    unit = an_enterprise("石嘴山惠能热电有限公司")  # the same name each time, so that what is printed is as long
    an_obligation(unit, surrendered=9_000)
    return {"case": a_case(enterprise=unit).id}


def _sent(app, form):
    answer = send_once(app, form)()
    assert answer.status_code == 303, f"{form.path}: {answer.text[-2000:]}"


def table(*steps):
    """A surrender table on its way into the register."""

    def made(app):
        with app.app_context():
            a_cycle("2021-2022", deadline=NOW - timedelta(days=900), years=["2021", "2022"])
            commit()
        for step in ("upload", *steps):
            _sent(app, IMPORT[step])
            with app.app_context():
                run_all()
        with app.app_context():
            return {"batch": db.session.scalar(sa.select(sa.func.max(ImportBatch.id)))}

    return made


def years(_app):
    with _app.app_context():
        a_cycle("2021-2022", deadline=NOW - timedelta(days=900), years=["2021", "2022"])
        commit()
    return {}


YEAR_2027 = read_year(2027, "2027-01-01 放假 元旦")
YEAR = {
    "days": as_lines(YEAR_2027), "then": "enter", "checked": sha256(as_lines(YEAR_2027).encode()).hexdigest(),
}  # fmt: skip

PRICE = "2026-11-20 62.36 120000 7483200.00"
PRICES = {"text": PRICE, "then": "enter", "checked": sha256(PRICE.encode()).hexdigest()}


def entered_year(app):
    with app.app_context():
        enter_year(2027, YEAR_2027, version=0, by=account("adam"), now=NOW)
        commit()
    return {}


IMPORT = {
    "upload": Filled("alice", "/imports/new/surrender", {"file": (TABLE.read_bytes(), TABLE.name)}, years),
    "columns": Filled("alice", "/imports/1/columns"),
}


def code_of(html):
    """The code that a telephone would show for the secret on the page."""
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', html)[1].replace(" ", "")
    return {"code": pyotp.TOTP(secret).at(NOW)}


@with_rows
def told():
    alice = account("alice")
    tell([alice.id], a_telling(), by=None, now=NOW)
    return {"notice": db.session.scalar(sa.select(Notice.id))}


@with_rows
def failed_mail():
    return {"mail": a_mail(account("alice"), state=JobState.DEAD).id}


# --- the forms -------------------------------------------------------------------------------------------------------

VISIT = {
    "kind": "assistance", "day": "2026-11-20", "officers-0-name": "安丽", "findings": "机组停运",
    "follow_ups-0-text": "报送资金计划", "follow_ups-0-due_day": "2026-11-30",
}  # fmt: skip
PLAN = {
    "summary": "分期购买", "measures-0-kind": "buy", "measures-0-tonnes": "1,000", "measures-0-responsible": "财务部",
    "measures-0-due_day": "2026-12-01",
}  # fmt: skip
PENALTY = {
    "order_day": "2026-07-01", "decision_number": "石环罚〔2026〕3号", "decision_day": "2026-08-01", "amount": "25,000",
}  # fmt: skip
APPLICATION = {
    "sent_to": "生态环境部", "sent_day": "2026-11-20", "asks": "申请延后清缴", "answer_due": "2026-12-10",
}  # fmt: skip
LISTING = {"causes": ["financial"], "reason": "缺口大", "working_deadline": "2027-01-20"}
CYCLE = {"label": "2027", "name": "2027年度", "day": "2027-12-31", "years": "2027", "milestones": ""}
NEW_ACCOUNT = {"username": "grace", "name": "古丽", "roles": "officer", "region_id": "{root}"}
REGION = {"code": "640299", "name": "新区", "kind": "city", "position": "9", "parent_id": "{root}"}
AT_DELEGATION = "/account/delegations"
A_CASE, A_LETTER, AN_ACCOUNT = "/cases/{case}", "/letters/{letter}", "/accounts/{victor}"
DEED = A_LETTER + "/recipient/{recipient}"


def step_of_case(step, who, **words):
    """A step of the workflow on a case that is ready for it."""
    words = {"reason": "说明", "ending": "corrected", "new_day": "2027-01-31", "evidence": PROOF} | words
    source = {
        Step.START_ASSISTANCE: State.LISTED, Step.RETURN: State.SETTLED, Step.STRIKE_OFF: State.SETTLED,
        Step.CONCLUDE: State.REFERRED, Step.REOPEN: State.CLOSED,
    }.get(step, State.ASSISTING)  # fmt: skip
    made = with_rows(lambda: {"case": ready(source, step), "amir": account("amir").id})
    return Filled(who, f"{A_CASE}/step/{step.value}", words, made)


def step_of_letter(name, before):
    """A step of a letter that has taken the steps before."""
    who, words = LETTER_STEPS[name]
    return Filled(who, f"{A_LETTER}/step/{name}", words, letter(*before))


def deed(name, after=()):
    """What happens with the recipient of a registered letter, after other deeds."""
    who, words = DEEDS[name]
    return Filled(who, f"{DEED}/{name}", words, letter(*SIGNED, "register", deeds=after))


A_TEMPLATE = "/templates/work_supervision/government"
A_VERSION = "/templates/versions/{version}"


def version(*steps):
    """A new version of a template, taken through these steps."""

    def build():
        row = templates.begin(LetterKind.WORK_SUPERVISION, AddresseeKind.GOVERNMENT, by=account("alice"), now=NOW)
        for step in steps:
            templates.take_template_step(row, step, render=lambda _facts: b"", by=account("alice"), **WHEN)
        return {"version": row.id}

    return with_rows(build)


SUBMITTED = version(VersionStep.SUBMIT)
THE_RULES = "/rule-sets/versions/{version}"


def rules(*steps):
    """A new version of the first rule set, taken through these steps."""

    def build():
        row = rule_sets.begin_version(1, by=account("alice"), now=NOW)
        for step in steps:
            rule_sets.take_rule_set_step(row, step, by=account("alice"), now=NOW)
        return {"version": row.id}

    return with_rows(build)


REPLIED = letter(*SIGNED, "register", deeds=["dispatch", "acknowledge", "reply"])
ROUND = {"due_day": "2026-11-27", "due_hour": "17:00", "period_first": "2026-11-16", "period_last": "2026-11-22"}


def reported(*, freeze=False):
    """A round with a submitted report that knows more than the register; it is over where it is frozen."""

    def build():
        a_case()
        then = NOW - timedelta(days=7) if freeze else NOW
        round_ = a_round(now=then, due=then + timedelta(days=3))
        (report,) = the_reports(round_)
        submitted(report, now=then, surrendered="9500", to_buy="500")
        if freeze:
            freeze_round(round_.id, by=BY_SCHEDULE, now=round_.due_at)
        proposal = db.session.scalars(sa.select(RecordProposal.id)).one()
        return {"round": round_.id, "report": report.id, "proposal": proposal, "case": report.case_id}

    return with_rows(build)


def imported():
    """A proposal of an import for a measure of a plan."""

    def build():
        case, _plan = a_planned_case()
        import_surrenders((case.enterprise, 10_000, 9_400, TODAY))
        return {"proposal": db.session.scalars(sa.select(RecordProposal.id)).one()}

    return with_rows(build)


def in_hand(*, attach=False, sheet=False):
    """A round in which one unit is reported; with a file, or with a workbook that was checked, where asked for."""

    def build():
        a_case()
        round_ = a_round()
        (report,) = the_reports(round_)
        saved(report)
        rows = {"round": round_.id, "report": report.id}
        if attach:
            uploads = [Upload(PROOF[1], PROOF[0])]
            attach_files(report, uploads, by=account("dora"), now=NOW, today=TODAY)
            rows["file"] = db.session.scalars(sa.select(ReportFile.id)).one()
        if sheet:
            found = [one.plain() for one in read_sheet(*SHEET, [SHEET_HEADS])]
            pairs = [("rows", json.dumps(found))]
            typed.keep(f"report sheet {round_.id}", pairs, account_id=account("dora").id, now=NOW)
        return rows

    return with_rows(build)


def a_cycle_alone():
    a_cycle()
    return {}


def a_schedule():
    row = Schedule(
        cycle=a_cycle(), rhythm=Rhythm.WEEKLY, first_day=TODAY, last_day=TODAY + timedelta(days=30), working_days=3,
        set_up_by_id=account("alice").id, set_up_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return {"schedule": row.id}


FORMS = {
    "own wishes for mail": Filled("alice", "/account/mail", {"deadlines": "at_once", "hour": "10"}),
    "notice opened": Filled("alice", "/notices/{notice}/open", made=told, at="/notices"),
    "notice read": Filled("alice", "/notices/{notice}/read", made=told, at="/notices"),
    "notices read": Filled("alice", "/notices/read", made=told, at="/notices"),
    "mail again": Filled("adam", "/outbox/{mail}/again", made=failed_mail, at="/outbox"),
    "mails again": Filled("adam", "/outbox/again", made=failed_mail, at="/outbox"),
    "own contact": Filled("alice", "/account", {"phone": "0951-1"}),
    "own password": Filled(
        "alice", "/account/password", {"old": PASSWORD, "new": "Other-Horse-88", "again": "Other-Horse-88"}
    ),
    "own second factor": Filled("carol", "/account/second-factor", from_page=code_of),
    "delegation": Filled(
        "carol",
        AT_DELEGATION,
        {"delegate_id": "{carl}", "until_day": "2026-11-30", "reason": "休假"},
        people,
    ),
    "end of a delegation": Filled("carol", AT_DELEGATION + "/{delegation}/end", made=delegation, at=AT_DELEGATION),
    "new account": Filled("adam", "/accounts/new", NEW_ACCOUNT, people),
    "account": Filled("adam", AN_ACCOUNT, {"name": "魏一"}, people),
    "disable": Filled("adam", AN_ACCOUNT + "/disable", made=people, at=AN_ACCOUNT),
    "enable": Filled("adam", AN_ACCOUNT + "/enable", made=disabled, at=AN_ACCOUNT),
    "reset password": Filled("adam", AN_ACCOUNT + "/password", made=people, at=AN_ACCOUNT),
    "forget second factor": Filled(
        "adam", "/accounts/{carol}/second-factor", made=with_second_factor, at="/accounts/{carol}"
    ),
    "hand-over": Filled("adam", "/accounts/{alice}/hand-over", {"taker_id": "{amir}", "reason": "岗位调动"}, hand_over),
    "new region": Filled("adam", "/regions/new", REGION, people),
    "region": Filled("adam", "/regions/{city}", {"name": "石嘴山新市"}, people),
    "settings": Filled("adam", "/settings", {"reply_days": "12"}),
    "retry of a job": Filled("adam", "/jobs/{job}/retry", made=dead_job, at="/jobs"),
    "verification of the trail": Filled("eve", "/trail/verify", at="/trail"),
    "new cycle": Filled("alice", "/cycles/new", CYCLE),
    "cycle": Filled("alice", "/cycles/{cycle}/edit", {"name": "改名"}, unit),
    "prices": Filled("alice", "/prices/import", PRICES),
    "year of the calendar": Filled("adam", "/calendar/2027/days", YEAR),
    "day of the calendar": Filled(
        "adam", "/calendar/2026/day", {"day": "2026-12-25", "kind": "holiday", "name": "圣诞"}
    ),
    "taking back a year": Filled("adam", "/calendar/2027/take-back", made=entered_year, at="/calendar/2027"),
    "new enterprise": Filled("alice", "/enterprises/new", {"code": "91640100MA700001XT", "name": "试验热电有限公司"}),
    "enterprise": Filled("alice", "/enterprises/{unit}/edit", {"name": "改名热电有限公司"}, unit),
    "new obligation": Filled(
        "alice", "/enterprises/{unit}/obligations/new", {"verified": "10", "allocation": "8", "due": "10"}, unit
    ),
    "surrender": Filled("alice", "/obligations/{obligation}/surrender", {"day": "2026-11-05", "tonnes": "7"}, owed),
    "correction": Filled(
        "alice",
        "/obligations/{obligation}/correct",
        {"verified": "1", "allocation": "2", "due": "3", "reason": "复核"},
        owed,
    ),
    "upload of a table": IMPORT["upload"],
    "columns of a table": Filled("alice", "/imports/{batch}/columns", made=table()),
    "take-over of a table": Filled("alice", "/imports/{batch}/take-over", made=table("columns"), at="/imports/{batch}"),
    "drop of a table": Filled("alice", "/imports/{batch}/drop", made=table("columns"), at="/imports/{batch}"),
    "listing by proposal": Filled("alice", "/cases/proposals", LISTING | {"ids": "{unit}"}, unit_to_list),
    "listing by hand": Filled("alice", "/cases/new?unit={unit}", LISTING, unit_to_list),
    "assignment of many": Filled(
        "alice", "/cases/assign", {"ids": ["1", "2"], "officer": "{amir}"}, two_cases, at="/cases"
    ),
    "note": Filled("dora", A_CASE + "/notes/new", {"day": "2026-11-22", "text": "进展", "files": PROOF}, case()),
    "kept text": Filled("alice", "/typed/note-new-{case}/discard", made=kept_text, at=A_CASE + "/notes/new"),
    "files": Filled("dora", A_CASE + "/files/new", {"title": "证据", "files": PROOF}, case()),
    "package of a case": Filled(
        "alice", "/archive/case/{case}/prepare", made=case(State.ASSISTING, large_file), at="/archive/case/{case}"
    ),
    "visit": Filled("dora", A_CASE + "/visits/new", VISIT | {"files": PROOF}, case()),
    "correction of a visit": Filled(
        "alice", A_CASE + "/visits/{a_visit}", {"findings": "已复产"}, case(State.ASSISTING, a_visit)
    ),
    "follow-up": Filled("dora", A_CASE + "/follow-ups/{follow_up}", {"done_day": "2026-11-22"}, follow_up),
    "penalty": Filled("dora", A_CASE + "/penalties/new", PENALTY, case(State.REFERRED)),
    "correction of a penalty": Filled(
        "dora", A_CASE + "/penalties/{a_penalty}", {"amount": "30,000"}, case(State.REFERRED, a_penalty)
    ),
    "acceptance of a penalty": Filled(
        "alice", A_CASE + "/penalties/{a_penalty}/accept", made=case(State.REFERRED, a_penalty)
    ),
    "confirmed holdings": Filled(
        "alice",
        A_CASE + "/holdings",
        {"holdings": "120,000", "holdings_day": "2026-11-20", "holdings_source": "注册登记机构复函"},
        case(),
    ),
    "application": Filled("alice", A_CASE + "/applications/new", APPLICATION | {"files": PROOF}, case()),
    "answer to an application": Filled(
        "alice",
        A_CASE + "/applications/{an_application}/answer",
        {"answer": "granted", "answered_day": "2026-11-22", "answer_text": "同意", "files": PROOF},
        case(State.ASSISTING, an_application),
    ),
    "extension asked": Filled("dora", A_CASE + "/extension/ask", {"new_day": "2027-01-10", "reason": "检修"}, case()),
    "extension granted": Filled(
        "carol", A_CASE + "/extension/decide", {"decision": "grant"}, case(State.ASSISTING, extension)
    ),
    "pause": Filled("alice", A_CASE + "/pause", {"new_day": "2026-12-20", "reason": "冻结"}, case()),
    "resume": Filled("alice", A_CASE + "/resume", {"reason": "解冻"}, case(State.ASSISTING, pause)),
    "new plan": Filled("alice", A_CASE + "/plans/new", PLAN | {"then": "submit"}, case()),
    "plan": Filled(
        "alice",
        A_CASE + "/plans/{plan}/edit",
        {"summary": "另行筹措", "then": "save"},
        case(State.ASSISTING, plan(PlanState.DRAFT)),
    ),
    "submission of a plan": Filled(
        "alice", A_CASE + "/plans/{plan}/submit", made=case(State.ASSISTING, plan(PlanState.DRAFT))
    ),
    "approval of a plan": Filled(
        "carol",
        A_CASE + "/plans/{plan}/decide",
        {"decision": "approve"},
        case(State.ASSISTING, plan(PlanState.SUBMITTED)),
    ),
    "failure of a plan": Filled(
        "alice", A_CASE + "/plans/{plan}/failed", {"reason": "贷款未获批"}, case(State.RELIEF, plan(PlanState.APPROVED))
    ),
    "measure": Filled(
        "alice", A_CASE + "/measures/{measure}", {"done_day": "2026-11-21", "done_tonnes": "990"}, measure
    ),
    "notice of a round": Filled("alice", "/rounds/{round}/notice", made=reported(), at="/rounds/{round}"),
    "round": Filled("alice", "/rounds/new", ROUND, case()),
    "new schedule": Filled("alice", "/rounds/schedules/new", {"rhythm": "weekly"}, with_rows(a_cycle_alone)),
    "schedule": Filled("alice", "/rounds/schedules/{schedule}", {"note": "每周"}, with_rows(a_schedule)),
    "review of a report": Filled("alice", "/reports/{report}/review", {"decision": "accept"}, reported()),
    "review of many": Filled(
        "alice", "/rounds/{round}/review", {"ids": "{report}", "decision": "accept"}, reported(), at="/rounds/{round}"
    ),
    "list of a region": Filled("dora", "/rounds/{round}/report", {"do": "submit"}, in_hand()),
    "workbook of a list": Filled("dora", "/rounds/{round}/report/sheet", {"sheet": SHEET}, in_hand()),
    "taking over of a workbook": Filled("dora", "/rounds/{round}/report/sheet/check", made=in_hand(sheet=True)),
    "files of a report": Filled("dora", "/reports/{report}/files", {"files": PROOF}, in_hand()),
    "file taken from a report": Filled(
        "dora",
        "/reports/{report}/files/{file}/drop",
        made=in_hand(attach=True),
        at="/reports/{report}/files",
    ),
    "correction of a report": Filled(
        "dora",
        "/reports/{report}/correct",
        {"held": "100", "to_buy": "400", "why": "漏填"},
        reported(freeze=True),
    ),
    "proposal": Filled("alice", "/proposals/{proposal}", {"reason": "未见"}, reported()),
    "other figures than proposed": Filled(
        "alice", "/proposals/{proposal}/correct", {"done_tonnes": "390", "done_day": ""}, imported()
    ),
    "acceptance of a proposal": Filled("alice", "/proposals/{proposal}/accept", made=reported(), at="/cases/{case}"),
    "start assistance": step_of_case(Step.START_ASSISTANCE, "alice"),
    "agree plan": step_of_case(Step.AGREE_PLAN, "alice"),
    "settle": step_of_case(Step.SETTLE, "alice"),
    "return to work": step_of_case(Step.RETURN, "carl"),
    "strike off": step_of_case(Step.STRIKE_OFF, "carl"),
    "refer": step_of_case(Step.REFER, "carl"),
    "conclude": step_of_case(Step.CONCLUDE, "carl"),
    "withdraw from the list": step_of_case(Step.WITHDRAW, "carl"),
    "reopen": step_of_case(Step.REOPEN, "carl"),
    "assign": step_of_case(Step.ASSIGN, "alice", officer="{amir}"),
    "revoke": Filled("carol", A_CASE + "/step/revoke", {"reason": "函件已撤销"}, letter(*SIGNED, "register", "void")),
    "draft of a letter": Filled(
        "alice", "/cases/letter/new?case={case}", {"kind": "work_supervision", "addressee_kind": "government"}, case()
    ),
    "text of a letter": Filled(
        "alice", A_LETTER, {"title": "关于商请督促有关单位完成清缴的函", "then": "save"}, letter()
    ),
    "bulletin from the records": Filled("alice", "/bulletins/new", {"addressee_kind": "bureau"}, case()),
    "dispatch to all": Filled(
        "alice", A_LETTER + "/dispatch", {"way": "mail", "day": "2026-11-22"}, letter(*SIGNED, "register")
    ),
    "letters signed together": Filled(
        "carol",
        "/letters/to-sign",
        {"ids": "{letter}", "password": PASSWORD},
        letter(*SIGNED[:2]),
        first="/letters/to-sign/{letter}",
    ),
    "letters printed together": Filled(
        "carol", "/letters/print", {"ids": "{letter}"}, letter(*SIGNED, "register"), at="/letters?tab=sent"
    ),
    "sealed scan": Filled("alice", A_LETTER + "/sealed", {"scan": PROOF}, letter(*SIGNED, "register")),
    "dispatch": deed("dispatch"),
    "receipt on paper": deed("receipt", after=["dispatch"]),
    "acknowledgement": deed("acknowledge", after=["dispatch"]),
    "reply": deed("reply", after=["dispatch", "acknowledge"]),
    "verdict on a reply": Filled("alice", DEED + "/verdict/{case}", {"decision": "accept"}, REPLIED),
    "rules for new years": Filled("alice", "/rule-sets/new", {"years": "2026"}),
    "beginning of a rule set": Filled("alice", "/rule-sets/1/begin", at="/rule-sets/1"),
    "text of a rule set": Filled("bob", THE_RULES, {"cap_percent": "15", "then": "save"}, rules()),
    "submission of a rule set": Filled("alice", THE_RULES + "/step/submit", made=rules()),
    "recall of a rule set": Filled("alice", THE_RULES + "/step/recall", made=rules(VersionStep.SUBMIT)),
    "approval of a rule set": Filled("carol", THE_RULES + "/step/approve", made=rules(VersionStep.SUBMIT)),
    "return of a rule set": Filled(
        "carol", THE_RULES + "/step/return", {"reason": "出处不全"}, rules(VersionStep.SUBMIT)
    ),
    "beginning of a template": Filled("alice", A_TEMPLATE + "/begin", at=A_TEMPLATE),
    "text of a template": Filled("bob", A_VERSION, {"closing": "盼复。", "then": "save"}, version()),
    "submission of a template": Filled("alice", A_VERSION + "/step/submit", made=version()),
    "recall of a template": Filled("alice", A_VERSION + "/step/recall", made=SUBMITTED),
    "approval of a template": Filled("carol", A_VERSION + "/step/approve", made=SUBMITTED),
    "return of a template": Filled("carol", A_VERSION + "/step/return", {"reason": "结尾不合惯例"}, SUBMITTED),
    **{
        f"letter: {name}": step_of_letter(name, before)
        for name, before in {
            "submit": (),
            "recall": SIGNED[:1],
            "return_from_review": SIGNED[:1],
            "pass_review": SIGNED[:1],
            "return_from_signing": SIGNED[:2],
            "sign": SIGNED[:2],
            "withdraw_signature": SIGNED,
            "register": SIGNED,
            "void": (*SIGNED, "register"),
            "repeal": (*SIGNED, "register"),
        }.items()
    },
}
