"""The pages of letter templates: written by an officer, looked at as they print, decided on by a leader."""

import html
import re

import pytest
import sqlalchemy as sa
from support.filled_forms import values_of
from support.letters import drafted

from casework.db import db
from casework.letters.models import Letter
from casework.letters.template_models import LetterTemplate, LetterTemplateVersion
from casework.migrations import triggers
from casework.rules.letters import LetterKind

pytestmark = pytest.mark.slow

URGING = "/templates/work_supervision/government"


def begun(people, who="alice"):
    """Begin a version of the template of work supervision letters, and return its address."""
    answer = people(who).fill(f"{URGING}/begin", form_at=URGING, follow=False)
    assert answer.status_code == 303, answer.text[-2000:]
    return answer.location


def sent(people, who, path, **typed):
    """Send the form of a version with something typed into it."""
    browser = people(who)
    values = values_of(browser.get(path).text, path)
    return browser.post(path, data=values | {"then": "save"} | typed)


def step(people, who, path, name, **typed):
    return people(who).fill(f"{path}/step/{name}", typed, follow=False)


def text_of(page):
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def content_of(app, path):
    with app.app_context():
        return db.session.get(LetterTemplateVersion, int(path.rsplit("/", 1)[-1])).content


def test_the_list_names_every_kind_with_its_addressee_and_what_is_in_force(people):
    page = text_of(people("alice").get("/templates").text)
    for words in ("工作督促函", "督办函", "提醒函", "通知", "通报", "随系统提供", "第1版"):
        assert words in page, words


@pytest.mark.slow
def test_a_version_goes_from_draft_to_letters(app, people, cases):
    path = begun(people)
    assert sent(people, "alice", path, title="关于请督促{单位名称}的函", prefix="宁环督函").status_code == 303
    assert step(people, "alice", path, "submit").status_code == 303
    assert "第2版" in text_of(people("carol").get("/templates").text)
    page = people("carol").get(f"{path}/step/approve").text
    assert "关于<del>商</del>请督促{单位名称}<del>完成碳排放配额清缴</del>的函" in page
    assert "关于请督促{单位名称}的函" in page
    assert step(people, "carol", path, "approve").status_code == 303
    letter_id = drafted(people, cases)
    with app.app_context():
        letter = db.session.get(Letter, letter_id)
        assert letter.title == "关于请督促石嘴山市2家重点排放单位的函"
        assert letter.template_version_id == int(path.rsplit("/", 1)[-1])
    assert f'href="{path}"' in people("alice").get(f"/letters/{letter_id}").text
    versions = text_of(people("alice").get(URGING).text)
    assert "现行" in versions
    assert "已被替代" in versions


def test_an_unknown_field_is_refused_with_its_line_and_what_was_typed_stays(app, people):
    path = begun(people)
    before = content_of(app, path)
    answer = sent(people, "alice", path, body="第一行\n第二行\n致{单位名城}")
    assert answer.status_code == 422
    assert "第3行：没有“{单位名城}”这个字段，是否为“{单位名称}”？" in text_of(answer.text)
    assert "致{单位名城}" in answer.text
    assert content_of(app, path) == before


def test_the_live_check_tells_of_the_field_and_of_the_wording_and_saves_nothing(app, people):
    path = begun(people)
    before = content_of(app, path)
    browser = people("alice")
    browser.checks = False  # a part of a page
    values = values_of(browser.get(path).text, path)
    answer = browser.post(f"{path}/preview", data=values | {"basis": "{履约年份}"})
    assert "发文依据：第1行：没有“{履约年份}”这个字段，是否为“{履约年度}”？" in text_of(answer.text)
    assert "<img" not in answer.text
    answer = browser.post(f"{path}/preview", data=values | {"body": "{贵方}应立即清缴，请支持。"})
    assert "贵市应" in text_of(answer.text)
    assert "<img" in answer.text
    answer = browser.post(f"{path}/preview", data=values)
    assert "wrong" not in answer.text
    assert answer.text.count("<img") >= 1
    assert browser.post(f"{path}/preview", data=values | {"format": "poster"}).status_code == 400
    assert content_of(app, path) == before


def test_demanding_words_to_a_government_stop_a_template_before_it_is_submitted(app, people):
    path = begun(people)
    sent(people, "alice", path, body="{贵方}应立即清缴，请支持。")
    answer = step(people, "alice", path, "submit")
    assert answer.status_code == 422
    assert "贵市应" in text_of(answer.text)
    assert "批准" not in text_of(people("carol").get(path).text.split('class="action-bar"')[-1])


@pytest.mark.parametrize("place", ["title", "basis", "body"])
def test_a_field_is_put_in_without_a_script(app, people, place):
    path = begun(people)
    before = content_of(app, path)
    answer = sent(people, "alice", path, insert="生态环境局", into=place, **{place: "请"})
    assert answer.status_code == 200
    assert values_of(answer.text, path)[place][0].strip() == "请{生态环境局}"
    assert content_of(app, path) == before, "nothing is saved by it"


def test_an_invented_field_or_place_is_not_put_in(app, people):
    path = begun(people)
    answer = sent(people, "alice", path, insert="别的", into="form_token", closing="盼复。")
    assert answer.status_code == 303
    assert content_of(app, path)["closing"] == "盼复。"


@pytest.mark.slow
def test_a_returned_version_shows_the_reason_and_the_next_one_begins_with_its_text(app, people):
    path = begun(people)
    sent(people, "alice", path, closing="请予支持，盼复。")
    step(people, "alice", path, "submit")
    assert step(people, "carol", path, "return").status_code == 422
    assert step(people, "carol", path, "return", reason="结尾不合惯例").status_code == 303
    assert "结尾不合惯例" in people("alice").get(path).text
    following = begun(people)
    assert following != path
    assert content_of(app, following)["closing"] == "请予支持，盼复。"


def test_only_one_version_can_be_begun(people):
    path = begun(people)
    assert "begin" not in people("alice").get(URGING).text
    assert path in people("bob").get("/templates").text


def test_a_stale_page_is_shown_field_by_field(people):
    path = begun(people)
    browser = people("alice")
    values = values_of(browser.get(path).text, path)
    assert sent(people, "bob", path, closing="同事的结尾。").status_code == 303
    answer = browser.post(path, data=values | {"then": "save", "closing": "我的结尾。"})
    assert answer.status_code == 409
    assert "同事的结尾。" in answer.text
    assert "我的结尾。" in answer.text


def test_the_sample_is_the_very_pdf(people):
    path = begun(people)
    answer = people("carol").get(f"{path}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")


def test_two_versions_of_different_templates_are_not_compared(people):
    path = begun(people)
    own = people("alice").get(f"/templates/versions/1/{path.rsplit('/', 1)[-1]}")
    assert own.status_code == 200
    assert people("alice").get("/templates/versions/1/2").status_code == 404


@pytest.mark.parametrize("address", ["/templates/trades/government", "/templates/notice/enterprise"])
def test_a_template_that_cannot_be_is_not_found(people, address):
    assert people("alice").get(address).status_code == 404


@pytest.mark.slow
def test_text_of_a_template_stays_text(people):
    path = begun(people)
    words = "<script>alert(1)</script>{% raw %}"
    answer = sent(people, "alice", path, closing=words)
    assert answer.status_code == 422
    assert "<script>alert(1)" not in answer.text
    assert sent(people, "alice", path, closing="<b>盼复</b> 100%").status_code == 303
    assert "&lt;b&gt;盼复&lt;/b&gt; 100%" in people("alice").get(path).text


@pytest.fixture
def without_notices(app):
    """The program as it is right after a kind of letter was added: nothing was written for it yet."""
    with app.app_context():
        for statement in triggers.drop_statements(db.engine.dialect.name, triggers.of_templates()):
            db.session.execute(sa.text(statement))
        notices = sa.select(LetterTemplate.id).where(LetterTemplate.kind == LetterKind.NOTICE)
        db.session.execute(
            sa.delete(LetterTemplateVersion).where(LetterTemplateVersion.template_id.in_(notices.scalar_subquery()))
        )
        db.session.execute(sa.delete(LetterTemplate).where(LetterTemplate.kind == LetterKind.NOTICE))
        db.session.commit()


@pytest.mark.slow
def test_the_first_template_of_a_new_kind_is_written_and_approved(people, without_notices):
    place = "/templates/notice/bureau"
    assert "尚无模板" in people("alice").get(place).text
    path = people("alice").fill(f"{place}/begin", form_at=place, follow=False).location
    answer = step(people, "alice", path, "submit")
    assert answer.status_code == 422
    assert sent(people, "alice", path, **FIRST).status_code == 303
    assert step(people, "alice", path, "submit").status_code == 303
    assert step(people, "carol", path, "approve").status_code == 303
    assert "第1版" in text_of(people("alice").get(place).text)


FIRST = {
    "title": "关于报送{地区}清缴进展的通知",
    "basis": "为掌握进展，{我方}组织调度。",
    "body": "请{贵方}做好以下工作：",
    "requests-0-text": "报送进展。",
    "requests-0-by": "reply",
}
