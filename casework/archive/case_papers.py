"""What an archive package holds of a case: its course, visits, plans, penalties, notes, files, and its letters."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from casework.archive.letter_papers import add_letter
from casework.archive.names import safe_name
from casework.archive.papers import Papers, columns_of, moment, start_of
from casework.cases.models import (
    Application,
    Case,
    CaseEvent,
    CaseFile,
    CaseLetter,
    Extension,
    Pause,
    Penalty,
    Plan,
    Visit,
)
from casework.cases.queries.hanging import Hanging, everything_on
from casework.cases.queries.history import LISTED, figures_of
from casework.db import db
from casework.letters.models import Letter

FOLDERS = {"visit": "03 现场工作/", "application": "04 纾困方案/", "penalty": "05 行政处罚/", "note": "07 工作记录/"}
OTHER_FILES = "08 附件/"


def add_case(papers: Papers, case: Case) -> dict[str, Any]:
    """Add the papers of a case and of every numbered letter that names it, and return the metadata."""
    hanging, events = everything_on(case), _events(case.id)
    _add_summary(papers, case, events)
    _add_visits(papers, hanging.visits[::-1])
    _add_plans(papers, hanging.plans[::-1])
    _add_applications(papers, hanging.applications[::-1])
    _add_penalties(papers, hanging.penalties[::-1])
    waits = _add_waits(papers, case)
    for n, note in enumerate(hanging.notes[::-1], 1):
        text = [note.text]
        papers.text(FOLDERS["note"], f"{note.day} 记录{n}", text, at=note.written_at, who=note.written_by.name)
    files = _add_files(papers, case)
    letters = [add_letter(papers, one, f"09 函件/{safe_name(str(one.document_number))}/") for one in _letters(case.id)]
    return {"letters": letters, "case": _metadata(papers, case, hanging, events) | {"files": files} | waits}


def _events(case_id: int) -> Sequence[CaseEvent]:
    stmt = sa.select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.seq)
    stmt = stmt.options(joinedload(CaseEvent.actor), joinedload(CaseEvent.on_behalf_of))
    return db.session.scalars(stmt).unique().all()


def _letters(case_id: int) -> Sequence[Letter]:
    stmt = sa.select(Letter).join(CaseLetter, CaseLetter.letter_id == Letter.id)
    stmt = stmt.where(CaseLetter.case_id == case_id, Letter.number.is_not(None))
    return db.session.scalars(stmt.order_by(Letter.year, Letter.prefix, Letter.number)).unique().all()


def _add_summary(papers: Papers, case: Case, events: Sequence[CaseEvent]) -> None:
    officer = case.officer.name if case.officer else ""
    lines = [
        f"重点排放单位：{case.enterprise.name}（{case.enterprise.code}）",
        f"所在地区：{case.region.name}",
        f"履约周期：{case.cycle.label}",
        f"列入清单：{moment(case.listed_at)}　{papers.name_of(case.listed_by_id)}　{case.listing_reason}",
        f"困难原因：{'、'.join(sorted(_(row.cause.label) for row in case.causes))}",
        f"承办人：{officer}",
        f"工作期限：{case.working_deadline}",
        f"状态：{_(case.state.label)}{'　' + _(case.outcome.label) if case.outcome else ''}",
        *(
            f"{year}年度：应清缴{due:,}吨，已清缴{done:,}吨，缺口{short:,}吨"
            for year, due, done, short in figures_of(case)
        ),
    ]
    last = events[-1].at if events else case.listed_at
    papers.text("01 案卷概要/", "案卷概要", lines, at=last, who=officer)
    if events:
        papers.text("02 办理经过/", "办理经过", map(_line, events), at=last, who=events[-1].actor.name)


def _line(event: CaseEvent) -> str:
    told = event.details or {}
    what = _(event.step.label if event.step else told.get("what", LISTED))
    behalf = f"（代{event.on_behalf_of.name}）" if event.on_behalf_of else ""
    moved = f" → {_(event.to_state.label)}" if event.from_state is not event.to_state else ""
    said = f"　{event.reason}" if event.reason else ""
    return f"{moment(event.at)}　{event.actor.name}{behalf}　{what}{moved}{said}"


def _add_visits(papers: Papers, visits: Iterable[Visit]) -> None:
    for visit in visits:
        lines = [
            f"{visit.day}　{_(visit.kind.label)}",
            f"参加人员：{visit.people}",
            *([f"执法证件：{visit.certificates}"] if visit.certificates else []),
            "",
            visit.findings,
            *(f"后续：{one.text}（{one.due_day}前）{f'，{one.done_day}完成' if one.done_day else ''}"
              for one in visit.follow_ups),
        ]  # fmt: skip
        name = f"{visit.day} {_(visit.kind.label)}"
        papers.text(FOLDERS["visit"], name, lines, at=visit.recorded_at, who=visit.recorded_by.name)


def _add_plans(papers: Papers, plans: Iterable[Plan]) -> None:
    for plan in plans:
        decided = plan.decided_by.name if plan.decided_by else ""
        lines = [
            f"第{plan.number}版　{_(plan.state.label)}",
            f"编制：{moment(plan.written_at)}　{plan.author.name}",
            *([f"审定：{moment(plan.decided_at)}　{decided}　{plan.reason}"] if plan.decided_at else []),
            "",
            plan.summary,
            *(f"{one.position}. {_(one.kind.label)}　{one.tonnes:,}吨　{one.responsible}　{one.due_day}前"
              f"{f'，{one.done_day}完成' if one.done_day else ''}" for one in plan.measures),
        ]  # fmt: skip
        at = plan.decided_at or plan.written_at
        papers.text("04 纾困方案/", f"第{plan.number}版", lines, at=at, who=plan.author.name)


def _add_applications(papers: Papers, applications: Iterable[Application]) -> None:
    for n, one in enumerate(applications, 1):
        answered = [f"答复：{one.answered_day}　{_(one.answer.label)}", one.answer_text] if one.answer else []
        lines = [f"报送：{one.sent_day}　{one.sent_to}", f"预计{one.answer_due}前答复", "", one.asks, *answered]
        name = f"{one.sent_day} 国家政策支持申请{n}"
        papers.text(FOLDERS["application"], name, lines, at=one.recorded_at, who=one.recorded_by.name)


def _add_penalties(papers: Papers, penalties: Iterable[Penalty]) -> None:
    for one in penalties:
        lines = [
            f"责令改正：{one.order_day}",
            f"处罚决定：{one.decision_number}　{one.decision_day}　{one.amount:,.2f}元",
            *([f"改正完成：{one.corrected_day}"] if one.corrected_day else []),
            *([f"核减下一年度配额：{one.allocation_cut:,}吨"] if one.allocation_cut is not None else []),
            f"录入：{moment(one.recorded_at)}　{one.recorded_by.name}",
            *([f"确认：{moment(one.accepted_at)}　{papers.name_of(one.accepted_by_id)}"] if one.accepted_at else []),
        ]
        name = f"{one.decision_day} {one.decision_number}"
        papers.text(FOLDERS["penalty"], name, lines, at=one.recorded_at, who=one.recorded_by.name)


def _add_waits(papers: Papers, case: Case) -> dict[str, Any]:
    """Add extensions and pauses as one text."""
    stmt = sa.select(Extension).where(Extension.case_id == case.id).order_by(Extension.id)
    extensions = list(db.session.scalars(stmt))
    pauses = list(db.session.scalars(sa.select(Pause).where(Pause.case_id == case.id).order_by(Pause.id)))
    words = {None: "待定", True: "同意", False: "不同意"}
    lines = [
        f"{moment(one.asked_at)}　{papers.name_of(one.asked_by_id)}　申请延期至{one.new_day}：{one.reason}"
        f"　{words[one.granted]}　{papers.name_of(one.decided_by_id)}{one.decision_reason}"
        for one in extensions
    ] + [f"{one.from_day}至{one.until_day or '今'}　暂停：{one.reason}" for one in pauses]
    if lines:
        moments = [one.decided_at or one.asked_at for one in extensions]
        at = max([*moments, *(start_of(one.until_day or one.from_day) for one in pauses)])
        papers.text("06 延期与暂停/", "延期与暂停", lines, at=at, who=case.officer.name if case.officer else "")
    return {"extensions": [columns_of(one) for one in extensions], "pauses": [columns_of(one) for one in pauses]}


def _add_files(papers: Papers, case: Case) -> list[dict[str, Any]]:
    rows = db.session.scalars(sa.select(CaseFile).where(CaseFile.case_id == case.id).order_by(CaseFile.id)).all()
    return [
        columns_of(row) | {"path": papers.file(FOLDERS.get(row.belongs_to, OTHER_FILES), row.file_id)} for row in rows
    ]


def _metadata(papers: Papers, case: Case, hanging: Hanging, events: Sequence[CaseEvent]) -> dict[str, Any]:
    return columns_of(case) | {
        "enterprise": case.enterprise.name,
        "code": case.enterprise.code,
        "region": case.region.name,
        "cycle": case.cycle.label,
        "causes": sorted(row.cause.value for row in case.causes),
        "figures": [list(row) for row in figures_of(case)],
        "history": [columns_of(one, "id", "case_id") | {"actor": one.actor.name} for one in events],
        "visits": [
            columns_of(one) | {"follow_ups": [columns_of(each) for each in one.follow_ups]} for one in hanging.visits
        ],
        "plans": [columns_of(one) | {"measures": [columns_of(each) for each in one.measures]} for one in hanging.plans],
        "applications": [columns_of(one) for one in hanging.applications],
        "penalties": [columns_of(one) for one in hanging.penalties],
        "notes": [columns_of(one) for one in hanging.notes],
    }
