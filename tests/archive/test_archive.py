"""Packages of real letters and cases, through the pages and at the command line."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.cases import TODAY, account
from support.cast import PASSWORD
from support.hanging import WHEN, a_plan, a_visit
from support.letters import blank_pdf, drafted, step, to_signed
from web.changing_forms import PROOF, a_pdf

from casework.archive import actions, views
from casework.archive.contents import NAME
from casework.archive.dossier import dossier_of, written
from casework.archive.package import HASHES, METADATA, verify
from casework.archive.queries import case_by_id, letter_numbered
from casework.audit.actions import commit
from casework.audit.models import AuditRow
from casework.cases.actions import extensions, notes
from casework.cases.models import Case
from casework.db import db
from casework.files.models import StoredFile
from casework.jobs.worker import run_all
from casework.letters.models import Letter, Recipient
from casework.letters.pictures import page_count
from casework.web.fields import Upload

pytestmark = pytest.mark.slow  # each prints letters


@pytest.fixture
def letter(app, once, people, cases):
    """A letter that was returned once, registered, sent, acknowledged, answered with a file and judged."""
    return once("answered letter", lambda: answered(app, people, cases))


def answered(app, people, cases):
    """Take a letter all its way through the pages, and return its id."""
    letter_id = drafted(people, cases)
    step(people, "alice", letter_id, "submit")
    step(people, "bob", letter_id, "return_from_review", reason="请补充依据。")
    to_signed(people, letter_id)
    assert step(people, "alice", letter_id, "register").status_code == 303
    with app.app_context():
        one = db.session.scalars(sa.select(Recipient)).one().id
    here = f"/letters/{letter_id}/recipient/{one}"
    files = [(io.BytesIO(a_pdf()), name) for name in ("CON.pdf", "台账.pdf")]
    for who, deed, data in (
        ("alice", "dispatch", {"day": "2026-11-22", "way": "system"}),
        ("dora", "acknowledge", {}),
        ("dora", "reply", {"day": "2026-11-22", "text": "已制定清缴计划。", "files": files}),
    ):
        answer = people(who).fill(f"{here}/{deed}", data, follow=False, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text[-2000:]
    people("alice").fill(f"{here}/verdict/{cases[0]}", {"decision": "refuse", "reason": "无资金安排。"})
    return letter_id


def package(people, path, who="alice"):
    with people(who).get(f"/archive/{path}/package.zip") as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.content_length == len(answer.data)
        return answer.data


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sealed_scan_lies_beside_the_letter(app, people, letter):
    with app.app_context():
        scan = blank_pdf(page_count(db.session.get(Letter, letter).pdf.content))
    data = {"scan": (io.BytesIO(scan), "scan0001.pdf")}
    people("alice").fill(f"/letters/{letter}/sealed", data, content_type="multipart/form-data")
    content = package(people, f"letter/{letter}")
    assert members(content)["01 正文/宁环函〔2026〕1号（用印扫描件）.pdf"] == scan
    assert verify(io.BytesIO(content))["letters"][0]["sealed"] == "01 正文/宁环函〔2026〕1号（用印扫描件）.pdf"


def test_the_package_of_a_letter_holds_its_whole_way_and_checks_itself(app, people, cases, letter):
    content = package(people, f"letter/{letter}")
    found, metadata = members(content), verify(io.BytesIO(content))
    assert list(found) == sorted(found)
    assert set(found) == {
        NAME, METADATA, HASHES, "01 正文/宁环函〔2026〕1号.pdf", "02 历次文稿/第1稿.txt", "03 办理意见/办理意见.txt",
        "04 签收/石嘴山市人民政府 签收记录.txt",
        "05 回函/石嘴山市人民政府 回函.txt", "05 回函/CON_.pdf", "05 回函/台账.pdf",
        "06 回函审核/石嘴山市人民政府 回函审核意见.txt",
    }  # fmt: skip
    opinions = found["03 办理意见/办理意见.txt"].decode()
    assert "2026-11-22 10:00　包勃　核稿退回修改　意见：请补充依据。" in opinions
    assert "已制定清缴计划。" in found["05 回函/石嘴山市人民政府 回函.txt"].decode()
    assert "不予采纳　理由：无资金安排。" in found["06 回函审核/石嘴山市人民政府 回函审核意见.txt"].decode()
    assert "石嘴山市人民政府：" in found["02 历次文稿/第1稿.txt"].decode()
    with app.app_context():
        row = db.session.get(Letter, letter)
        assert metadata["letters"][0]["sha256"] == row.sha256
        assert found["01 正文/宁环函〔2026〕1号.pdf"] == row.pdf.content
        assert metadata["letters"][0]["facts"] == row.facts
        assert [one["id"] for one in metadata["letters"][0]["cases"]] == cases


def test_each_member_of_a_real_package_is_guarded(people, letter):
    content = package(people, f"letter/{letter}")
    for name in members(content):
        at = content.index(members(content)[name][:40])
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        with pytest.raises(Exception, match="was changed"):
            verify(io.BytesIO(changed))


def test_the_same_records_give_the_same_bytes_whoever_asks_when_and_in_which_language(app, people, letter, monkeypatch):
    first = package(people, f"letter/{letter}")
    people("carol").speak("en")
    monkeypatch.setitem(app.config, "CLOCK_SHIFT", app.config["CLOCK_SHIFT"] + timedelta(minutes=5))
    assert package(people, f"letter/{letter}", "carol") == first
    with app.app_context():
        file, sha256 = written(dossier_of(letter_numbered("宁环函〔2026〕1号")), fonts=app.config["SETTINGS"].fonts)
        assert file.read() == first
        assert hashlib.sha256(first).hexdigest() == sha256
        file.close()


def test_who_took_a_package_is_a_row_of_the_trail(app, people, letter):
    content = package(people, f"letter/{letter}", "victor")
    with app.app_context():
        row = db.session.scalars(sa.select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).one()
    assert (row.action, row.object_kind, row.object_id) == ("archive taken", "letter", str(letter))
    assert row.actor.startswith("魏克")
    assert json.loads(json.dumps(row.after))["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_package_is_the_departments_own(people, cases, letter):
    assert "档案包" in people("alice").get(f"/letters/{letter}").text
    assert "档案包" not in people("dora").get(f"/letters/{letter}").text
    assert "档案包" not in people("dora").get(f"/cases/{cases[0]}").text
    for path in (f"letter/{letter}", f"case/{cases[0]}"):
        assert people("dora").get(f"/archive/{path}").status_code == 404
        assert people("dora").get(f"/archive/{path}/package.zip").status_code == 404
        assert people("dora").get(f"/archive/{path}/progress").status_code == 404
    assert people("adam").get(f"/archive/letter/{letter}").status_code == 403
    assert people("alice").get(f"/archive/page/{letter}").status_code == 404


def test_a_letter_without_a_number_has_no_package(people, cases):
    letter_id = drafted(people, cases)
    assert "档案包" not in people("alice").get(f"/letters/{letter_id}").text
    answer = people("alice").get(f"/archive/letter/{letter_id}")
    assert answer.status_code == 409
    assert "登记编号" in answer.text


def fill_the_case(case):
    """Hang one of everything on a case."""
    proof = [Upload("证据.pdf", PROOF[0])]
    a_visit(case, uploads=proof)
    a_plan(case)
    notes.write_note(case, TODAY, "企业资金已到位", proof, by=account("alice"), **WHEN)
    extensions.ask_extension(case, case.working_deadline + timedelta(days=9), "检修", by=account("dora"), **WHEN)


def test_the_package_of_a_case_holds_its_letters_whole(app, people, cases, letter):
    with app.app_context():
        fill_the_case(db.session.get(Case, cases[0]))
        commit()
    content = package(people, f"case/{cases[0]}")
    found, metadata = members(content), verify(io.BytesIO(content))
    assert "09 函件/宁环函〔2026〕1号/01 正文/宁环函〔2026〕1号.pdf" in found
    assert "09 函件/宁环函〔2026〕1号/05 回函/CON_.pdf" in found
    assert {name.split("/")[0] for name in found} == {
        NAME, METADATA, HASHES, "01 案卷概要", "02 办理经过", "03 现场工作", "04 纾困方案", "06 延期与暂停",
        "07 工作记录", "09 函件",
    }  # fmt: skip
    assert "企业资金已到位" in found["07 工作记录/2026-11-22 记录1.txt"].decode()
    assert found["07 工作记录/证据.pdf"] == PROOF[0] == found["03 现场工作/证据.pdf"]
    assert "2026-11-22 10:00　柯柔　发函督促 → 督促\n" in found["02 办理经过/办理经过.txt"].decode()
    assert metadata["case"]["plans"][0]["measures"][0]["tonnes"] == 1000
    assert package(people, f"case/{cases[0]}") == content
    page = people("alice").get(f"/archive/case/{cases[0]}").text
    assert "07 工作记录/证据.pdf" in page


def test_the_commands_write_and_verify_a_package(app, people, cases, letter, tmp_path):
    run = app.test_cli_runner().invoke
    target = tmp_path / "letter.zip"
    done = run(args=["archive", "letter", "宁环函〔2026〕1号", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert target.read_bytes() == package(people, f"letter/{letter}")
    checked = run(args=["archive", "verify", str(target)])
    assert (checked.exit_code, "宁环函〔2026〕1号" in checked.output) == (0, True), checked.output
    target.write_bytes(target.read_bytes().replace("请补充依据".encode(), "请补充依撼".encode(), 1))
    failed = run(args=["archive", "verify", str(target)])
    assert failed.exit_code == 1
    assert "03 办理意见/办理意见.txt" in failed.output
    assert run(args=["archive", "case", str(cases[1]), "--out", str(tmp_path / "case.zip")]).exit_code == 0
    assert run(args=["archive", "verify", str(tmp_path / "case.zip")]).exit_code == 0
    for wrong in (["letter", "宁环函〔2026〕9号"], ["letter", "x"], ["case", "999"]):
        missing = run(args=["archive", *wrong, "--out", str(tmp_path / "none.zip")])
        assert (missing.exit_code, missing.output.startswith("Error: ")) == (1, True)
    assert not (tmp_path / "none.zip").exists()
    assert run(args=["archive", "letter", "宁环函〔2026〕1号", "--out", str(tmp_path)]).exit_code != 0


@pytest.fixture
def nothing_at_once(monkeypatch):
    """Every package counts as large."""
    monkeypatch.setattr(views, "AT_ONCE", 0)


def stored_packages(app):
    with app.app_context():
        return list(db.session.scalars(sa.select(StoredFile.sha256).where(StoredFile.media_type == actions.ZIP)))


def test_a_large_package_is_prepared_in_the_background_and_kept_until_the_next(app, people, cases, letter, monkeypatch):
    small = package(people, f"letter/{letter}")
    monkeypatch.setattr(views, "AT_ONCE", 0)
    here = f"/archive/letter/{letter}"
    assert people("alice").get(f"{here}/package.zip").location == here
    page = people("alice").fill(f"{here}/prepare", form_at=here)
    assert f'data-progress="{here}/progress"' in page.text
    assert people("carol").get(f"{here}/progress").json["state"] == "waiting"
    people("carol").post(f"{here}/prepare")
    with app.app_context():
        assert run_all() == 1
    assert people("alice").get(f"{here}/progress").json["state"] == "done"
    assert f"{here}/package.zip" in people("alice").get(here).text
    assert package(people, f"letter/{letter}", "carol") == small
    assert stored_packages(app) == [hashlib.sha256(small).hexdigest()]

    assert step(people, "carol", letter, "repeal", reason="情况已变化", password=PASSWORD).status_code == 303
    assert people("alice").get(f"{here}/package.zip").location == here, "the records changed since"
    people("alice").fill(f"{here}/prepare", form_at=here)
    with app.app_context():
        run_all()
    assert verify(io.BytesIO(package(people, f"letter/{letter}")))["letters"][0]["state"] == "repealed"
    assert len(stored_packages(app)) == 1


def test_a_package_beyond_all_measure_is_left_to_the_operator(people, letter, nothing_at_once, monkeypatch):
    monkeypatch.setattr(actions, "IN_BACKGROUND", 100)
    here = f"/archive/letter/{letter}"
    answer = people("alice").fill(f"{here}/prepare", form_at=here)
    assert answer.status_code == 409
    assert "archive case" in answer.text


def test_a_case_without_anything_has_a_package_too(app, people, cases):
    assert verify(io.BytesIO(package(people, f"case/{cases[1]}")))["letters"] == []
    with app.app_context():
        assert dossier_of(case_by_id(cases[1])).name.endswith(".zip")
