"""What goes on in the live cycle: cases and letters at every stage, something due today, something late."""

from collections.abc import Callable, Generator, Iterator
from datetime import date, datetime, timedelta

from casework.cases.actions.letters import end_letter
from casework.cases.actions.notes import write_note
from casework.cases.actions.plans import fail_plan
from casework.cases.models import Case, VisitKind
from casework.demo.registers import office_hours, surrendered
from casework.demo.stage import Stage, Story
from casework.letters.actions import way
from casework.letters.models import Letter
from casework.registry.models import Cycle, Obligation
from casework.rules.causes import Cause
from casework.rules.letters import LetterKind, LetterStep
from casework.rules.workflow import Step

# How far units are behind, in percent of what is due, by their place in the register; all others have surrendered.
BEHIND = {1: 0, 2: 40, 4: 0, 8: 62, 10: 0, 11: 0, 13: 55, 15: 80, 18: 20, 19: 0, 22: 35, 25: 0, 27: 70, 29: 0, 31: 90}
SUPERVISED = 10  # place of the unit whose relief plan failed: its city expects no settlement in time
PLAN = "分批购买配额并使用CCER抵销，由企业与银行落实授信，厅气候处每周跟进。"
Sending = Generator[datetime, None, Letter]
Urging = Generator[datetime, None, tuple[Case, Letter]]
_WORK, _SUPERVISION = LetterKind.WORK_SUPERVISION, LetterKind.SUPERVISION


class Live:
    """The live cycle on a day, and the stories that lead there."""

    def __init__(self, stage: Stage, cycle: Cycle, obligations: dict[int, Obligation], today: date) -> None:
        self.stage, self.cycle, self.obligations, self.today = stage, cycle, obligations, today

    def ago(self, days: int) -> date:
        """Return the day so many days before today."""
        return self.today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        """Return the day so many days after today."""
        return self.today + timedelta(days=days)

    def stories(self) -> Iterator[Story]:
        """Yield every story of the cycle."""
        for place in self.obligations:
            yield self.surrender(place)
        yield self.just_listed(1)
        yield self.assisted(2)
        yield self.plan_waits(4)
        yield self.relieved(8)
        yield self.supervised(SUPERVISED)
        yield self.reply_late(11)
        yield self.reply_not_judged(13)
        yield self.settled(5, struck_off=True)
        yield self.settled(6, struck_off=False)
        yield self.letter_until(18, "draft")
        yield self.letter_until(22, "review")
        yield self.letter_until(25, "sign")
        yield self.letter_until(27, "signed")
        yield self.letter_until(29, "registered")
        yield self.letter_until(31, "sent")
        yield self.voided(15)

    def surrender(self, place: int) -> Story:
        """Tell when a unit surrendered what it did."""
        percent = BEHIND.get(place, 100)
        if percent:
            late = {5: 12, 6: 2}.get(place, 66 - (place * 11) % 60)
            yield office_hours(self.ago(late), 16)
            surrendered(self.obligations[place], percent, self.ago(late), by=self.stage.people["officer"])

    def list_case(self, place: int, cause: Cause, deadline: int, officer: str | None = "officer") -> Case:
        """Put a unit on the list, with its working deadline so many days after today."""
        reason = "临近节点仍有缺口"
        return self.stage.list_case(place, self.cycle, {cause}, self.ahead(deadline), reason, officer)

    def just_listed(self, place: int) -> Story:
        """Tell of a unit listed yesterday, without an officer yet."""
        yield office_hours(self.ago(1), 16)
        self.list_case(place, Cause.ACCOUNT, 30, officer=None)

    def assisted(self, place: int) -> Story:
        """Tell of a unit under assistance whose working deadline is today."""
        yield office_hours(self.ago(20), 9)
        case = self.list_case(place, Cause.FINANCIAL, 0)
        yield office_hours(self.ago(17), 10)
        self.stage.step(case, Step.START_ASSISTANCE, "officer")
        self.stage.visit(
            case,
            VisitKind.ASSISTANCE,
            "企业流动资金紧张，计划分两批购买配额。",
            ("提交银行授信进展", self.ago(2)),
            ("提交第二批购买计划", self.ahead(4)),
        )
        yield office_hours(self.ago(5), 15)
        text = "银行授信已进入审批，预计下周放款。"
        write_note(case, self.stage.today, text, (), **self.stage.doing(self.stage.city_officer_of(case)))

    def plan_waits(self, place: int) -> Story:
        """Tell of a unit whose relief plan waits for approval."""
        yield office_hours(self.ago(15), 9)
        case = self.list_case(place, Cause.FINANCIAL, 14)
        yield office_hours(self.ago(13), 10)
        self.stage.step(case, Step.START_ASSISTANCE, "officer")
        self.stage.visit(case, VisitKind.ASSISTANCE, "企业无可用资金，需融资后购买。")
        yield office_hours(self.ago(2), 11)
        self.stage.plan(case, PLAN, 95, self.ahead(20))

    def relieved(self, place: int) -> Story:
        """Tell of a unit that carries out its relief plan; a measure is due today."""
        yield office_hours(self.ago(30), 9)
        case = self.list_case(place, Cause.LAWSUIT_DEBT, 10)
        yield office_hours(self.ago(27), 10)
        self.stage.step(case, Step.START_ASSISTANCE, "officer")
        yield office_hours(self.ago(24), 11)
        plan = self.stage.plan(case, PLAN, 96, self.today)
        yield office_hours(self.ago(22), 9)
        self.stage.approve(case, plan)
        yield office_hours(self.ago(21), 9)
        self.stage.step(case, Step.AGREE_PLAN, "officer")
        yield office_hours(self.ago(12), 10)
        asks = "企业涉诉被查封账户，资金无法按期到位，请求按照国家纾困政策预支下一年度配额。"
        self.stage.apply(case, "生态环境部应对气候变化司", asks, self.ahead(3))

    def urged(self, place: int, days: int, deadline: int = 5) -> Urging:
        """Tell how a unit was listed, assisted and urged by a letter so many days ago; return case and letter."""
        yield office_hours(self.ago(days + 12), 9)
        case = self.list_case(place, Cause.UNWILLING, deadline)
        yield office_hours(self.ago(days + 9), 10)
        self.stage.step(case, Step.START_ASSISTANCE, "officer")
        self.stage.visit(case, VisitKind.ASSISTANCE, "企业负责人态度不明确，未提供履约计划。")
        letter = yield from self.letter(_WORK, case, days)
        return case, letter

    def letter(self, kind: LetterKind, case: Case, days: int) -> Sending:
        """Tell how a letter came to be numbered and sent so many days ago; return it."""
        yield office_hours(self.ago(days + 2), 9)
        letter = self.stage.draft(kind, case)
        self.stage.submit(letter)
        yield office_hours(self.ago(days + 2), 15)
        self.stage.pass_on(letter)
        yield office_hours(self.ago(days + 1), 10)
        self.stage.sign(letter)
        yield office_hours(self.ago(days), 9)
        self.stage.register(letter)
        self.stage.send(letter)
        yield office_hours(self.ago(days), 16)
        self.stage.receive(letter, self.stage.city_officer_of(case))
        return letter

    def reply_late(self, place: int) -> Story:
        """Tell of a unit whose city owes a reply since some days."""
        yield from self.urged(place, 18)

    def supervised(self, place: int) -> Story:
        """Tell of a unit under supervision: no reply to the first letter, its plan failed, and a second one came."""
        case, letter = yield from self.urged(place, 36)
        yield office_hours(self.ago(34), 9)
        plan = self.stage.plan(case, PLAN, 96, self.ago(12))
        yield office_hours(self.ago(32), 15)
        self.stage.approve(case, plan)
        yield office_hours(self.ago(10), 11)
        fail_plan(case, plan, "银行未批准授信，企业无力购买配额", **self.stage.noting("officer"))
        yield from self.letter(_SUPERVISION, case, 6)
        yield office_hours(self.ago(5), 10)
        reason = "已由督办函代替，不再要求答复"
        end_letter(letter.id, LetterStep.REPEAL, letter.version, reason=reason, **self.stage.noting("leader"))
        yield office_hours(self.ago(3), 10)
        self.stage.visit(case, VisitKind.SUPERVISION, "厅领导带队现场督导，企业承诺月底前完成首批清缴。")

    def reply_not_judged(self, place: int) -> Story:
        """Tell of a unit whose city has replied; nobody has judged the reply."""
        _case, letter = yield from self.urged(place, 14)
        yield office_hours(self.ago(1), 10)
        text = "我市已约谈企业，企业承诺十二月十五日前完成剩余清缴，由市生态环境局每周调度。"
        self.stage.answer(letter, "shizuishan", text)

    def settled(self, place: int, *, struck_off: bool) -> Story:
        """Tell of a unit that surrendered while it was assisted."""
        yield office_hours(self.ago(34), 9)
        case = self.list_case(place, Cause.ACCOUNT, 20)
        yield office_hours(self.ago(31), 10)
        self.stage.step(case, Step.START_ASSISTANCE, "officer")
        self.stage.visit(case, VisitKind.ASSISTANCE, "账户操作问题已现场解决。")
        yield office_hours(self.ago(11 if struck_off else 1), 17)
        self.stage.step(case, Step.SETTLE, "officer", evidence=True, reason="注册登记系统显示已足额清缴")
        if struck_off:
            yield office_hours(self.ago(9), 9)
            self.stage.step(case, Step.STRIKE_OFF, "leader")

    def letter_until(self, place: int, stage: str) -> Story:
        """Tell of a unit whose work supervision letter has come as far as a stage."""
        yield office_hours(self.ago(16), 9)
        case = self.list_case(place, Cause.FINANCIAL, 18)
        yield office_hours(self.ago(12), 10)
        self.stage.step(case, Step.START_ASSISTANCE, "officer")
        yield office_hours(self.ago(4), 9)
        letter = self.stage.draft(_WORK, case)
        deeds: dict[str, Callable[[], None]] = {
            "review": lambda: self.stage.submit(letter),
            "sign": lambda: self.stage.pass_on(letter),
            "signed": lambda: self.stage.sign(letter),
            "registered": lambda: self.stage.register(letter),
            "sent": lambda: self.stage.send(letter),
        }
        for turn, (name, deed) in enumerate(deeds.items()):
            if stage == "draft":
                return
            yield office_hours(self.ago(3), 9 + turn)
            deed()
            if name == stage:
                return

    def voided(self, place: int) -> Story:
        """Tell of a letter that was voided because the figures had been mended meanwhile; its number stays."""
        case, letter = yield from self.urged(place, 24, deadline=25)
        yield office_hours(self.ago(20), 10)
        way.end(letter, LetterStep.VOID, reason="单位名称有误，重新发文", **self.stage.noting("leader"))
        yield office_hours(self.ago(20), 11)
        self.stage.step(case, Step.REVOKE, "leader", reason="函件已撤销")
