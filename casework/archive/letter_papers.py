"""What an archive package holds of a letter: the frozen PDF, its sealed scan, earlier texts, opinions, replies."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from casework.archive.papers import Papers, columns_of, moment, start_of
from casework.cases.models import Case, ReplyVerdict
from casework.cases.queries.letters import cases_named_by
from casework.db import db
from casework.letters.actions.recipients import WAYS
from casework.letters.comparison import lines_of
from casework.letters.content import stored_facts
from casework.letters.models import Letter, LetterEvent, LetterText, Recipient, ReturnedReply
from casework.letters.queries import events_of, texts_of
from casework.rules.errors import RuleError
from casework.rules.letter_stages import deed_words
from casework.rules.words import N_

NOT_NUMBERED = N_("Only a letter that has its number is put into the archive.")


def add_letter(papers: Papers, letter: Letter, folder: str = "") -> dict[str, Any]:
    """Add the papers of a numbered letter and return its metadata."""
    if letter.number is None or letter.pdf_id is None:
        raise RuleError(NOT_NUMBERED)
    number = str(letter.document_number)
    organ = str((letter.facts or {}).get("organ", ""))
    pdf = papers.file(f"{folder}01 正文/", letter.pdf_id, who=organ, name=f"{number}.pdf")
    sealed = None
    if letter.sealed:
        name, who = f"{number}（用印扫描件）.pdf", papers.name_of(letter.sealed.taken_by_id)
        sealed = papers.file(f"{folder}01 正文/", letter.sealed.file_id, who=who, name=name)
    events, texts, named = events_of(letter.id), texts_of(letter.id), cases_named_by(letter.id)
    _add_texts(papers, texts, folder)
    _add_opinions(papers, events, folder)
    recipients = [_add_recipient(papers, one, named, folder) for one in letter.recipients]
    return columns_of(letter) | {
        "number": number,
        "pdf": pdf,
        "sealed": sealed,
        "state": letter.state.value,
        "region": letter.region.name,
        "drafter": papers.name_of(letter.drafter_id),
        "signer": papers.name_of(letter.signer_id),
        "texts": [columns_of(one) for one in texts],
        "opinions": [_opinion(one) for one in events],
        "recipients": recipients,
        "cases": [{"id": one.id, "enterprise": one.enterprise.name, "code": one.enterprise.code} for one in named],
    }


def _add_texts(papers: Papers, texts: Sequence[LetterText], folder: str) -> None:
    for one in texts:
        who = papers.name_of(one.kept_by_id)
        lines = lines_of(stored_facts(one.content))
        papers.text(f"{folder}02 历次文稿/", f"第{one.text_version}稿", lines, at=one.kept_at, who=who)


def _add_opinions(papers: Papers, events: Sequence[LetterEvent], folder: str) -> None:
    if events:
        lines = [_line(one) for one in events]
        papers.text(f"{folder}03 办理意见/", "办理意见", lines, at=events[-1].at, who=events[-1].actor.name)


def _line(event: LetterEvent) -> str:
    behalf = f"（代{event.on_behalf_of.name}）" if event.on_behalf_of else ""
    said = f"　意见：{event.reason}" if event.reason else ""
    return f"{moment(event.at)}　{event.actor.name}{behalf}　{_(deed_words(event.step, event.from_state))}{said}"


def _opinion(event: LetterEvent) -> dict[str, Any]:
    behalf = event.on_behalf_of.name if event.on_behalf_of else None
    return columns_of(event, "id", "letter_id") | {"actor": event.actor.name, "on_behalf_of": behalf}


def _add_recipient(papers: Papers, one: Recipient, named: Sequence[Case], folder: str) -> dict[str, Any]:
    """Add dispatch, receipt, reply and verdicts of one who got the letter, and return their metadata."""
    if one.dispatched_day:
        lines = [f"受文单位：{one.name}", f"发出：{one.dispatched_day}　{_(dict(WAYS).get(one.dispatched_way, ''))}"]
        if one.received_day:
            lines.append(f"签收：{one.received_day}　{one.received_by}")
        who = papers.name_of(one.receipt_recorded_by_id or one.dispatched_by_id)
        day = start_of(one.received_day or one.dispatched_day)
        papers.text(f"{folder}04 签收/", f"{one.name} 签收记录", lines, at=day, who=who)
    if one.receipt_file_id:
        papers.file(f"{folder}04 签收/", one.receipt_file_id)
    returned = []
    for n, old in enumerate(one.returned, 1):
        lines = [
            f"回函单位：{one.name}",
            f"回函日期：{old.replied_day}",
            "",
            old.reply or "（见所附文件）",
            "",
            "退回意见：",
        ]
        who = papers.name_of(old.reply_recorded_by_id)
        name = f"{one.name} 第{n}次回函（退回）"
        papers.text(f"{folder}05 回函/", name, [*lines, *old.why.splitlines()], at=start_of(old.replied_day), who=who)
        files = _add_files(papers, one, old, folder)
        returned.append(columns_of(old, "recipient_id") | {"files": files})
    if one.replied_day:
        lines = [f"回函单位：{one.name}", f"回函日期：{one.replied_day}", "", one.reply or "（见所附文件）"]
        who = papers.name_of(one.reply_recorded_by_id)
        papers.text(f"{folder}05 回函/", f"{one.name} 回函", lines, at=start_of(one.replied_day), who=who)
    files = _add_files(papers, one, None, folder)
    verdicts = _verdicts(papers, one, named, folder)
    told = {"region": one.region.name, "files": files, "verdicts": verdicts, "returned": returned}
    return columns_of(one, "letter_id") | told


def _add_files(papers: Papers, one: Recipient, reply: ReturnedReply | None, folder: str) -> list[str]:
    return [papers.file(f"{folder}05 回函/", row.file_id) for row in one.files_with(reply)]


def _verdicts(papers: Papers, one: Recipient, named: Sequence[Case], folder: str) -> list[dict[str, Any]]:
    stmt = sa.select(ReplyVerdict).where(ReplyVerdict.recipient_id == one.id).order_by(ReplyVerdict.case_id)
    given = list(db.session.scalars(stmt))
    units = {case.id: case.enterprise.name for case in named}
    if given:
        lines = [
            f"{moment(row.given_at)}　{papers.name_of(row.given_by_id)}　{units[row.case_id]}："
            f"{'采纳' if row.accepted else '不予采纳'}{'　理由：' + row.reason if row.reason else ''}"
            for row in given
        ]
        last = max(given, key=lambda row: row.given_at)
        who = papers.name_of(last.given_by_id)
        papers.text(f"{folder}06 回函审核/", f"{one.name} 回函审核意见", lines, at=last.given_at, who=who)
    return [columns_of(row) | {"enterprise": units[row.case_id]} for row in given]
