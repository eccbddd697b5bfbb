"""A template's way from draft to approval, against a table written by hand, and what a version may say."""

from dataclasses import replace
from itertools import product

import pytest

from casework.rules.errors import NotAllowed, RuleError
from casework.rules.facts import Actor
from casework.rules.letter_templates import (
    DueBy,
    RequestText,
    TemplateStanding,
    TemplateState,
    TemplateStep,
    first_text,
    template_advance,
    template_lines,
    template_steps_open_to,
    text_refusal,
)
from casework.rules.letters import KINDS, Format, LetterKind
from casework.rules.roles import Role

EDITOR, LEADER, OTHER = 1, 3, 9
POSSIBLE = {  # (state, step, role) -> state; written out, not computed
    ("draft", "edit", "officer"): "draft",
    ("draft", "edit", "reviewer"): "draft",
    ("draft", "submit", "officer"): "submitted",
    ("draft", "submit", "reviewer"): "submitted",
    ("submitted", "recall", "officer"): "draft",
    ("submitted", "recall", "reviewer"): "draft",
    ("submitted", "approve", "leader"): "approved",
    ("submitted", "return", "leader"): "returned",
}


def standing(state, editors=(EDITOR,)):
    return TemplateStanding(TemplateState(state), frozenset(editors))


def taken(state, step, role):
    """Return the state that the step leads to, or None where it is refused; whether it is offered says the same."""
    by = Actor(account_id=LEADER if role is Role.LEADER else EDITOR, roles=frozenset({role}))
    offered = step in template_steps_open_to(standing(state), by=by)
    try:
        reached = template_advance(step, standing(state), by=by, reason="理由").value
    except RuleError:
        reached = None
    assert offered is (reached is not None), (state, step, role)
    return reached


def test_every_cell_of_state_step_and_role_is_as_written():
    cells = {tuple(part.value for part in cell): taken(*cell) for cell in product(TemplateState, TemplateStep, Role)}
    assert {cell: state for cell, state in cells.items() if state} == POSSIBLE
    assert len(cells) == 5 * 5 * 7


def test_whoever_wrote_at_a_version_does_not_approve_it_whatever_the_role_is_now():
    by = Actor(account_id=EDITOR, roles=frozenset({Role.LEADER}))
    with pytest.raises(NotAllowed, match="Four eyes"):
        template_advance(TemplateStep.APPROVE, standing("submitted", (OTHER, EDITOR)), by=by)
    assert template_advance(TemplateStep.APPROVE, standing("submitted", (OTHER,)), by=by) is TemplateState.APPROVED


def test_a_version_is_not_returned_without_a_reason():
    by = Actor(account_id=LEADER, roles=frozenset({Role.LEADER}))
    with pytest.raises(RuleError) as refused:
        template_advance(TemplateStep.RETURN, standing("submitted"), by=by, reason=" \n")
    assert refused.value.field == "reason"
    with pytest.raises(RuleError, match="Give a reason"):
        template_advance(TemplateStep.RETURN, standing("submitted"), by=by)


@pytest.mark.parametrize("kind", LetterKind)
def test_the_first_template_of_each_kind_begins_with_what_its_row_says(kind):
    text = first_text(kind)
    assert text_refusal(text, kind) is None
    assert (text.name, text.prefix, text.format) == (kind.chinese, kind.prefix, kind.format)
    assert (text.replied_how, text.closing) == (KINDS[kind].replied_how, KINDS[kind].closing)


LETTER = replace(first_text(LetterKind.SUPERVISION), title="关于{单位名称}的函", basis="一\n二", body="三")
ASKED = (RequestText("做好甲"), RequestText("做好乙", "{生态环境剧}", DueBy.REPLY))


@pytest.mark.parametrize(
    ("changes", "field", "line"),
    [
        ({"name": " "}, "name", None),
        ({"prefix": ""}, "prefix", None),
        ({"prefix": "宁环 函"}, "prefix", None),
        ({"prefix": "2宁环函"}, "prefix", None),
        ({"format": Format.DOCUMENT}, "format", None),
        ({"title": "关于{单位}的函"}, "title", 1),
        ({"basis": "一\n{年度}"}, "basis", 2),
        ({"body": "一\n二\n{"}, "body", 3),
        ({"replied_how": "{甲乙丙丁}"}, "replied_how", 1),
        ({"closing": "{甲乙丙丁}"}, "closing", 1),
        ({"requests": ASKED}, "requests", 2),
        ({"requests": (RequestText("做好\n甲", "{生态环境\n剧}"),)}, "requests", 1),
    ],
)
def test_what_cannot_be_saved_is_refused_where_it_stands(changes, field, line):
    refusal = text_refusal(replace(LETTER, **changes), LetterKind.SUPERVISION)
    assert (refusal.field, refusal.params.get("line")) == (field, line)


def test_a_bulletin_may_be_printed_in_either_format():
    text = first_text(LetterKind.BULLETIN)
    assert [text_refusal(replace(text, format=one), LetterKind.BULLETIN) for one in Format] == [None, None]


def test_everything_that_a_version_says_stands_in_its_lines():
    asked = (
        RequestText("做好甲", "某局", DueBy.REPLY),
        RequestText("做好乙", by=DueBy.DEADLINE),
        RequestText("做好丙"),
    )
    text = replace(LETTER, requests=asked)
    assert template_lines(text) == [
        "督办函　宁环函　信函格式", "关于{单位名称}的函", "一", "二", "三",
        "做好甲　某局　【回函日期】", "做好乙　【截止日期】", "做好丙", "将办理情况书面函复", "特此函达，盼复。",
    ]  # fmt: skip
