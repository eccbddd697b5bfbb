"""Who gets through which door: every route of the program against a table written by hand."""

import pytest
import sqlalchemy as sa

from casework.audit.models import AuditRow
from casework.db import db
from casework.web.door import permissions_needed

# One of the cast for each role: officer, reviewer, leader, city officer, viewer, administrator, auditor.
PEOPLE = {"O": "alice", "R": "bob", "L": "carol", "C": "dora", "V": "victor", "A": "adam", "U": "eve"}
ALL, WORKING, STAFF = "ORLCVAU", "ORLCV", "ORLC"

# Endpoint -> who may open it; "*" is everybody, signed in or not. Written by hand, on purpose not read from the code.
WHO_MAY = {
    "home": "*",
    "favicon": "*",
    "users.sign_in": "*",
    "users.second_factor": "*",
    "users.language": "*",
    "operations.liveness": "*",
    "letters.verification": "*",
    "typed_discard": ALL,
    "typed_keep": ALL,
    "users.sign_out": ALL,
    "users.account": ALL,
    "users.password": ALL,
    "users.second_factor_enrol": ALL,
    "users.second_factor_picture": ALL,
    "users.delegations": ALL,
    "users.delegation_end": ALL,
    "notices.notices": ALL,
    "notices.notice_open": ALL,
    "notices.notice_read": ALL,
    "notices.all_read": ALL,
    "mail.wishes": ALL,
    "mail.outbox_page": "A",
    "mail.outbox_export": "A",
    "mail.mail_again": "A",
    "mail.mail_all_again": "A",
    "operations.job_progress": ALL,
    "users.accounts": "A",
    "users.accounts_export": "A",
    "users.account_new": "A",
    "users.account_edit": "A",
    "users.account_disable": "A",
    "users.account_enable": "A",
    "users.account_password": "A",
    "users.account_second_factor": "A",
    "users.regions": "A",
    "users.regions_export": "A",
    "users.region_new": "A",
    "users.region_edit": "A",
    "settings.settings": "A",
    "operations.handover": "A",
    "operations.unattended": "A",
    "operations.unattended_export": "A",
    "operations.jobs": "A",
    "operations.jobs_export": "A",
    "operations.job_retry": "A",
    "operations.health": "A",
    "operations.health_check": "A",
    "operations.metrics": "A",
    "operations.trail": "U",
    "operations.trail_export": "U",
    "operations.trail_verify": "U",
    "cases.case_list": WORKING,
    "cases.board": WORKING,
    "cases.export": WORKING,
    "cases.case_page": WORKING,
    "cases.plan": WORKING,
    "cases.take_file": WORKING,
    "cases.proposals_page": "O",
    "cases.proposals_export": "O",
    "cases.new_case": "O",
    "cases.assign_many": "O",
    "cases.listed": "O",
    "cases.step": "OLC",
    "cases.new_note": "OC",
    "cases.new_visit": "OC",
    "cases.edit_visit": "OC",
    "cases.finish_follow_up": "OC",
    "cases.new_files": "OC",
    "cases.new_penalty": "OC",
    "cases.edit_penalty": "OC",
    "cases.accept_penalty": "O",
    "cases.deadline": WORKING,
    "cases.relief": WORKING,
    "cases.planner": WORKING,
    "cases.plan_file": WORKING,
    "cases.ask_extension": "OC",
    "cases.decide_extension": "L",
    "cases.pause": "O",
    "cases.resume": "O",
    "cases.holdings": "O",
    "cases.new_application": "O",
    "cases.answer_application": "O",
    "cases.new_plan": "O",
    "cases.edit_plan": "O",
    "cases.submit_plan": "O",
    "cases.decide_plan": "L",
    "cases.fail_plan": "O",
    "cases.finish_measure": "O",
    "cases.draft_letter": "O",
    "cases.letter_for_chosen": "O",
    "letters.letter_list": WORKING,
    "letters.export": WORKING,
    "letters.letter_page": WORKING,
    "letters.pdf": WORKING,
    "letters.page_picture": WORKING,
    "letters.preview": "O",
    "letters.letter_step": "ORL",
    "letters.recipient_deed": "ORC",
    "letters.dispatch_all": "OR",
    "letters.seal": "OR",
    "letters.sealed": WORKING,
    "letters.recipient_file": WORKING,
    "letters.print_letters": "ORL",
    "letters.print_runs": "ORL",
    "letters.print_runs_export": "ORL",
    "letters.print_run": "ORL",
    "letters.print_run_pdf": "ORL",
    "letters.to_sign": "L",
    "letters.to_sign_one": "L",
    "letters.signed_result": "L",
    "letters.verdict": "O",
    "letters.versions": WORKING,
    "letters.reply_day": WORKING,
    "cases.rule_sets": "ORL",
    "cases.rule_set": "ORL",
    "cases.rule_set_new": "OR",
    "cases.rule_set_begin": "OR",
    "cases.rule_set_page": "ORL",
    "cases.rule_set_step": "ORL",
    "letters.templates": "ORLA",
    "letters.template": "ORLA",
    "letters.template_begin": "OR",
    "letters.template_page": "ORLA",
    "letters.template_preview": "OR",
    "letters.template_pdf": "ORLA",
    "letters.template_changes": "ORLA",
    "letters.template_step": "ORL",
    "letters.register": "ORLV",
    "letters.register_export": "ORLV",
    "archive.package": WORKING,
    "archive.package_zip": WORKING,
    "archive.prepare": WORKING,
    "archive.progress": WORKING,
    "rounds.round_list": WORKING,
    "rounds.rounds_export": WORKING,
    "rounds.round_page": WORKING,
    "rounds.round_regions": WORKING,
    "rounds.regions_export": WORKING,
    "rounds.units_export": WORKING,
    "rounds.new_round": "O",
    "rounds.draft_round_notice": "O",
    "rounds.schedules": "O",
    "rounds.new_schedule": "O",
    "rounds.edit_schedule": "O",
    "rounds.report_page": WORKING,
    "rounds.take_file": WORKING,
    "rounds.review": "O",
    "rounds.review_many": "O",
    "rounds.reviewed": "O",
    "rounds.correct": "OC",
    "rounds.decide_proposal": "O",
    "rounds.correct_proposal": "O",
    "rounds.accept": "O",
    "rounds.fill": "C",
    "rounds.keep_typed": "C",
    "rounds.sheet_page": "C",
    "rounds.sheet_download": "C",
    "rounds.sheet_check": "C",
    "rounds.report_files": "C",
    "rounds.drop_file": "C",
    "overview.worklist": STAFF + "A",
    "overview.dashboard": WORKING,
    "overview.bulletins": WORKING,
    "overview.bulletins_export": WORKING,
    "overview.new_bulletin": "O",
    "overview.results": WORKING,
    "overview.results_file": WORKING,
    "overview.leaders": WORKING,
    "overview.screen": WORKING,
    "overview.effort": WORKING,
    "overview.behind": WORKING,
    "overview.behind_export": WORKING,
    "overview.search": WORKING,
    "forecast.forecast": WORKING,
    "forecast.export": WORKING,
    "forecast.unit": WORKING,
    "forecast.hindcast": WORKING,
    "forecast.what_if": WORKING,
    "forecast.hindcast_export": WORKING,
    "registry.enterprises": WORKING,
    "registry.enterprises_export": WORKING,
    "registry.enterprise": WORKING,
    "registry.obligations": WORKING,
    "registry.obligations_export": WORKING,
    "registry.obligation": WORKING,
    "registry.trades": WORKING,
    "registry.trades_export": WORKING,
    "registry.cycles": WORKING + "A",
    "registry.prices": WORKING,
    "registry.prices_export": WORKING,
    "registry.prices_import": "O",
    "registry.calendar_now": WORKING + "A",
    "registry.calendar": WORKING + "A",
    "registry.calendar_export": WORKING + "A",
    "registry.calendar_enter": "A",
    "registry.calendar_day": "A",
    "registry.calendar_take_back": "A",
    "registry.calendar_result": "A",
    "registry.calendar_progress": "A",
    "registry.cycles_export": WORKING,
    "registry.cycle_new": "OA",
    "registry.cycle_edit": "OA",
    "registry.enterprise_new": "O",
    "registry.enterprise_edit": "O",
    "registry.obligation_new": "O",
    "registry.obligation_correct": "O",
    "registry.surrender_new": "O",
    "registry.imports": "O",
    "registry.imports_export": "O",
    "registry.import_new": "O",
    "registry.import_page": "O",
    "registry.import_columns": "O",
    "registry.import_drop": "O",
    "registry.import_progress": "O",
    "registry.import_remarks": "O",
    "registry.import_take_over": "O",
}
ARGUMENTS = {
    "kind": "trades",
    "name": "completion",
    "key": "note",
    "what": "cases",
}  # others are numbers of nothing that is there


def doors(app):
    """Yield endpoint, method and address of every view."""
    urls = app.url_map.bind("127.0.0.1", url_scheme="https")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            continue
        values = {name: ARGUMENTS.get(name, 999999) for name in rule.arguments}
        for method in sorted(rule.methods & {"GET", "POST"}):
            yield rule.endpoint, method, urls.build(rule.endpoint, values)


def test_every_route_has_its_line_in_the_table_and_every_line_its_route(app):
    routes = {endpoint for endpoint, _method, _url in doors(app)}
    assert routes == WHO_MAY.keys(), (
        f"Say in WHO_MAY of tests/test_access.py who may open: {sorted(routes - WHO_MAY.keys())}; "
        f"take away what is gone: {sorted(WHO_MAY.keys() - routes)}"
    )


def test_no_view_was_left_without_a_declared_permission(app):
    with app.app_context():
        closed = [endpoint for endpoint, _method, _url in doors(app) if permissions_needed(endpoint) is None]
    assert not closed, f"Missing @requires(...) or @public: {closed}"


@pytest.mark.slow
@pytest.mark.any_engine
@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_gets_through_its_own_doors_and_no_other(app, role):
    client = app.test_client().sign_in(PEOPLE[role])
    wrong, denied = [], 0
    for endpoint, method, url in doors(app):
        if endpoint == "users.sign_out" and method == "POST":
            continue  # tests/users/test_sign_in.py; here it would end the session
        may = WHO_MAY[endpoint] == "*" or role in WHO_MAY[endpoint]
        status = client.open(url, method=method).status_code
        denied += status == 403
        if (status != 403) != may or status >= 500:
            wrong.append((endpoint, method, status, "may" if may else "may not"))
    assert not wrong
    with app.app_context():
        rows = sa.select(sa.func.count()).select_from(AuditRow).where(AuditRow.outcome == "denied")
        assert db.session.scalar(rows) == denied > 0


def test_strangers_are_sent_to_the_sign_in_page_everywhere(app, client):
    for endpoint, method, url in doors(app):
        response = client.open(url, method=method)
        if WHO_MAY[endpoint] == "*":
            assert response.status_code < 500, endpoint
        else:
            assert response.location.split("?")[0].endswith("/sign-in"), endpoint
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditRow)) == 0
