"""A city officer before everything of another region: over every route, by every id, in search and export."""

import io
import uuid
import zipfile
from itertools import product

import pytest
import sqlalchemy as sa
from support.cases import TODAY, a_case, a_cycle, account, an_enterprise, an_obligation
from support.cast import NOW
from support.filled_forms import values_of
from support.hanging import BUY, a_penalty, a_plan, a_visit, an_application
from support.rounds import a_round, saved, submitted, the_reports
from support.telling import a_telling
from test_access import WHO_MAY
from web.changing_forms import DEEDS, LETTER_STEPS, PROOF, SIGNED, Filled, send_once

from casework.audit.actions import commit
from casework.cases.models import CaseFile, FollowUp, Measure
from casework.db import db
from casework.files.actions import file_of
from casework.jobs.actions import enqueue
from casework.letters.models import Recipient
from casework.notices.actions import tell
from casework.notices.models import Notice
from casework.registry.models import Direction, Trade
from casework.rounds.actions.filling import attach_files
from casework.rounds.models import RecordProposal, ReportFile
from casework.rules.workflow import State
from casework.users.models import Delegation
from casework.web.fields import Upload

pytestmark = pytest.mark.slow

HERE, THERE = ("640100", "dan", "白虎同名热电有限公司", "白虎"), ("640200", "dora", "玄武独名热电有限公司", "玄武密语")
SECRETS = ("玄武", "987,65", "98765")  # words and tonnes that stand in nothing but what belongs there
TONNES = 987_651
NAMES = {
    "cases.step": ("start_assistance", "settle"),
    "letters.letter_step": ("submit", "void"),
    "letters.recipient_deed": ("dispatch", "receipt", "acknowledge", "reply"),
    "letters.recipient_file": ("receipt", "reply"),
}
FIXED = {"kind": "case", "name": "note", "key": "note", "number": 1, "old": 1, "new": 1, "year": 2026, "typed": "X"}
LISTS = {
    "overview.results_file": {"kind": "xlsx"}, "registry.import_new": {"kind": "trades"},
    "overview.behind": {"what": "cases"}, "overview.behind_export": {"what": "cases"},
    "letters.template": {"kind": "reminder", "whom": "bureau"},
}  # fmt: skip


def a_region(code, who, name, said):
    """A unit with a case and everything that hangs on it; return the ids under the names that routes give them."""
    tonnes = TONNES if who == "dora" else 10_000
    unit = an_enterprise(name, region_code=code)
    owed = an_obligation(unit, due=tonnes, surrendered=9_000)
    case = a_case(State.ASSISTING, enterprise=unit)
    visit = a_visit(case, findings=said, follow_ups=[(said, TODAY)])
    plan, penalty = a_plan(case, measures=[BUY | {"note": said}]), a_penalty(case, by=who, decision_number=said)
    application = an_application(case, asks=said)
    file = file_of(f"%PDF-1.7 {said}".encode(), f"{said}.pdf", "application/pdf", by=account(who), now=NOW)
    db.session.add(file)
    db.session.flush()
    row = CaseFile(case_id=case.id, file_id=file.id, belongs_to="case")
    trade = Trade(enterprise_id=unit.id, cycle_id=a_cycle().id, day=TODAY, direction=Direction.BUY)
    trade.tonnes, trade.amount = tonnes, 60 * tonnes
    absence = Delegation(absent_id=account(who).id, delegate_id=account("victor").id, begins_at=NOW, ends_at=NOW)
    absence.ends_at, absence.reason = NOW.replace(month=12), said
    db.session.add_all([row, trade, absence])
    tell([account(who).id], a_telling(f"of {who}", subject=name, note=said), by=None, now=NOW)
    job = enqueue("nothing", None, by=account(who), now=NOW)
    db.session.flush()
    return {
        "case_id": case.id, "row_id": case.id, "enterprise_id": unit.id, "obligation_id": owed.id, "job_id": job.id,
        "visit_id": visit.id, "plan_id": plan.id, "penalty_id": penalty.id, "case_file_id": row.id,
        "application_id": application.id,
        "follow_up_id": db.session.scalar(sa.select(FollowUp.id).where(FollowUp.visit_id == visit.id)),
        "measure_id": db.session.scalar(sa.select(Measure.id).where(Measure.plan_id == plan.id)),
        "delegation_id": absence.id, "region_id": case.region_id,
        "notice_id": db.session.scalar(sa.select(Notice.id).where(Notice.account_id == account(who).id)),
    }  # fmt: skip


def a_report(round_, ids, who, said):
    """The region's report, with a file and a proposal."""
    (report,) = (one for one in the_reports(round_) if one.region_id == ids["region_id"])
    due = TONNES if who == "dora" else 10_000
    attach_files(report, [Upload(f"{said}.pdf", PROOF[0])], by=account(who), now=NOW, today=TODAY)
    hand_in = submitted if who == "dora" else saved  # of the own one the city may still take files away
    hand_in(report, who, surrendered="9500", to_buy=str(due - 9_500), difficulties=said, bought=str(due - 9_500))
    return {
        "report_id": report.id,
        "proposal_id": db.session.scalar(sa.select(RecordProposal.id).where(RecordProposal.report_id == report.id)),
        "file_id": db.session.scalar(sa.select(ReportFile.id).where(ReportFile.report_id == report.id)),
    }


@pytest.fixture
def world(app):
    """Two regions with everything, a round and its notice that ask both, a letter to the other one alone."""
    with app.app_context():
        account("alice").phone = "0951-5160000"
        here, there = a_region(*HERE), a_region(*THERE)
        alone = a_round(units=None, note="", first=TODAY)
        round_ = alone
        for ids, (_code, who, _name, said) in ((here, HERE), (there, THERE)):
            ids |= a_report(round_, ids, who, said) | {"round_id": round_.id}
        commit()
    sent = [_letter(app, f"/cases/letter/new?case={there['case_id']}", "dora")]
    sent.append(_letter(app, None, "dora", round_id=here["round_id"]))
    with app.app_context():
        of_letter = dict.fromkeys(("here", "there"))
        for recipient in db.session.scalars(sa.select(Recipient).where(Recipient.letter_id == sent[1])):
            of_letter["here" if recipient.region_id == here["region_id"] else "there"] = recipient.id
        alone = db.session.scalar(sa.select(Recipient.id).where(Recipient.letter_id == sent[0]))
    here |= {"letter_id": sent[1], "recipient_id": of_letter["here"]}
    there |= {"letter_id": sent[0], "recipient_id": alone, "their_row": of_letter["there"]}
    there |= {"rule_set_id": 1, "version_id": 1}  # of no region: the department's own
    return here, there


def _letter(app, new, who, round_id=None):
    """A letter that was drafted, registered, dispatched, received and answered by the other region."""
    if round_id is None:
        drafted = send_once(app, Filled("alice", new, {"kind": "work_supervision", "addressee_kind": "government"}))()
    else:
        drafted = send_once(app, Filled("alice", f"/rounds/{round_id}/notice", at=f"/rounds/{round_id}"))()
    assert drafted.status_code == 303, drafted.text[-2000:]
    letter_id = int(drafted.location.rsplit("/", 1)[-1])
    for step in (*SIGNED, "register"):
        _sent(app, Filled(LETTER_STEPS[step][0], f"/letters/{letter_id}/step/{step}", LETTER_STEPS[step][1]))
    with app.app_context():
        rows = {
            one.region.code: one.id for one in db.session.scalars(sa.select(Recipient)) if one.letter_id == letter_id
        }
    for code, recipient in rows.items():
        at = f"/letters/{letter_id}/recipient/{recipient}"
        _sent(app, Filled("alice", f"{at}/dispatch", DEEDS["dispatch"][1]))
        if code == THERE[0]:
            _sent(app, Filled(who, f"{at}/acknowledge", {}))
            _sent(app, Filled(who, f"{at}/reply", {"day": "2026-11-22", "text": THERE[3], "file": PROOF}))
    return letter_id


def _sent(app, form):
    answer = send_once(app, form)()
    assert answer.status_code == 303, f"{form.path}: {answer.text[-2000:]}"


def everything_in(answer):
    """The text of an answer, a workbook's or package's unpacked; None of a picture or a PDF."""
    if not answer.data.startswith(b"PK"):
        return answer.data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def routes(app, *, with_ids):
    """Yield rule and method of every view that a city officer may open."""
    for rule in app.url_map.iter_rules():
        if "static" in rule.endpoint or WHO_MAY[rule.endpoint] == "*" or rule.endpoint == "users.sign_out":
            continue
        own_ids = {name for name in rule.arguments if name.endswith("_id")}
        if bool(own_ids) == with_ids:
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield rule, method, sorted(own_ids)


def addresses(app, rule, names, here, there):
    """Yield each address of a route in which at least one id is of the other region."""
    urls = app.url_map.bind("127.0.0.1", url_scheme="https")
    for chosen in product(*([here.get(name), there.get(name)] for name in names)):
        ids = dict(zip(names, chosen, strict=True))
        if any(ids[name] == there.get(name) != here.get(name) for name in names) and None not in chosen:
            for word in NAMES.get(rule.endpoint, (FIXED["name"],)):
                values = FIXED | {"name": word} | ids
                yield urls.build(rule.endpoint, {name: values.get(name, 1) for name in rule.arguments})


@pytest.fixture
def dan(app, world):
    """The city officer of the one region, and what makes the tokens of a form."""
    client = app.test_client().sign_in("dan")
    shown = values_of(client.get("/account").text, "/account")
    client.checks = False
    return client, lambda: {"csrf_token": shown["csrf_token"][0], "form_token": uuid.uuid4().hex}


@pytest.mark.any_engine
def test_a_city_sees_exports_searches_and_guesses_nothing_of_another(app, world, dan):
    by_their_ids(app, *world, *dan)
    by_lists(app, world[1], dan[0])


def by_their_ids(app, here, there, client, token):
    """No route opens anything of another region by its id."""
    tried, opened = 0, []
    for rule, method, names in routes(app, with_ids=True):
        for url in addresses(app, rule, names, here, there):
            sent = {"data": token() | {"reason": "X", "decision": "accept"}} if method == "POST" else {}
            answer = client.open(url, method=method, **sent)
            tried += 1
            if answer.status_code != (404 if "C" in WHO_MAY[rule.endpoint] else 403):
                opened.append((method, url, answer.status_code, answer.location))
            assert not any(secret in everything_in(answer) for secret in SECRETS), url
    assert opened == [], "\n".join(map(str, opened))
    assert tried > 150


def by_lists(app, there, client):
    """No list, search or export tells of another region, however it is asked."""
    words = (
        "",
        "?q=玄",
        "?q=9164",
        "?q=热电",
        f"?region={there['region_id']}",
        "?show=all&tab=sent&sort=-short&page=2",
    )
    seen, told = 0, []
    ids = "&".join(f"{name.removesuffix('_id')}={value}" for name, value in there.items())
    urls = app.url_map.bind("127.0.0.1", url_scheme="https")
    for rule, method, _names in routes(app, with_ids=False):
        if method != "GET":
            continue
        values = {name: (FIXED | LISTS.get(rule.endpoint, {})).get(name, "x") for name in rule.arguments}
        for query in (*words, f"?{ids}"):
            answer = client.get(urls.build(rule.endpoint, values) + query)
            assert answer.status_code < 500, (rule.endpoint, query)
            text = everything_in(answer)
            seen += HERE[2] in text
            told += [(rule.endpoint, query, secret) for secret in SECRETS if secret in text.replace("?q=玄", "")]
    assert told == [], "\n".join(map(str, told))
    assert seen > 20
