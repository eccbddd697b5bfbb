"""Invented letters as an office would write them, for tests, benchmarks and demonstrations."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from casework.rules.letter_facts import Attachment, Contact, LetterFacts, Request, Table, UnitRow, Urgency
from casework.rules.letters import AddresseeKind, LetterKind
from casework.rules.plain_json import from_json
from casework.rules.wording import Consent

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "letters"
ORGAN = "宁夏回族自治区生态环境厅"
SHIZUISHAN = "石嘴山市人民政府"
UNITS = (
    UnitRow("石嘴山屹川能源有限公司", "2025年度", 1_846_320, 1_203_115),
    UnitRow("石嘴山市朔岭热电有限责任公司", "2025年度", 962_478, 0),
    UnitRow("宁夏汇沣铝电集团石嘴山分公司", "2025年度", 2_315_006, 2_001_954),
)
NINGDONG_UNITS = tuple(
    UnitRow(f"宁夏{name}有限公司", "2025年度", 640_000 + 37_411 * n, 640_000 + 37_411 * n - 11_903 * (n % 5 + 1))
    for n, name in enumerate(
        ["灵源热电", "鸳湖发电", "枣泉煤电", "清水营能源", "梅花井矿电", "方家庄电力", "马莲台发电", "临河铝电"], 1
    )
)

WORK_ONE_PAGE = LetterFacts(
    kind=LetterKind.WORK_SUPERVISION,
    organ=ORGAN,
    prefix="宁环函",
    number="宁环函〔2026〕128号",
    addressee=SHIZUISHAN,
    addressee_kind=AddresseeKind.GOVERNMENT,
    title="关于商请督促石嘴山市重点排放单位按期完成碳排放配额清缴的函",
    body=(
        "根据《碳排放权交易管理暂行条例》，纳入全国碳排放权交易市场的重点排放单位应于2026年12月31日前足额清缴2025年度碳排放配额。"
        "截至11月20日，石嘴山屹川能源有限公司应清缴1,846,320吨，已清缴1,203,115吨，缺口643,205吨。"
        "商请贵市督促该公司尽快筹措资金、购足配额，按期完成清缴。",
    ),
    reply_due=date(2026, 12, 10),
    contact=Contact("马文静", "0951-5160000"),
    drafted=date(2026, 11, 21),
    signed=date(2026, 11, 22),
    author=ORGAN,
    subject="工作督促函",
)

WORK_TWO_PAGES = replace(
    WORK_ONE_PAGE,
    number="宁环函〔2026〕129号",
    body=(
        "根据《碳排放权交易管理暂行条例》和生态环境部有关工作部署，纳入全国碳排放权交易市场的重点排放单位应于2026年12月31日前足额清缴"
        "2025年度碳排放配额。现将贵市有关情况函告如下。",
        "一、履约进展",
        "截至2026年11月20日，贵市应履约的重点排放单位共3家，应清缴配额5,123,804吨，已清缴3,205,069吨，缺口1,918,735吨，"
        "按单位数计算的履约完成率为零，进度明显滞后于全区平均水平。",
        "二、存在的问题",
        "（一）履约意愿不强。石嘴山市朔岭热电有限责任公司以经营困难为由，至今未清缴，也未提交购买配额的计划。",
        "（二）资金落实不到位。石嘴山屹川能源有限公司和宁夏汇沣铝电集团石嘴山分公司购买配额的资金尚未到位，"
        "其中“十四五”期间的技改贷款占用了企业大部分授信额度——银行不再新增贷款。",
        "三、商请事项",
        "为保障全区按期完成履约任务，现商请贵市支持做好以下工作：",
    ),
    requests=(
        Request("督促缺口单位制定清缴计划并逐周落实。", "市生态环境局", date(2026, 12, 5)),
        Request("协调金融机构支持企业购买配额，探索碳排放配额质押融资。", "", date(2026, 12, 15)),
    ),
    units=UNITS,
    units_day=date(2026, 11, 20),
    units_after=3,
    copies=("自治区发展改革委", "石嘴山市生态环境局"),
)

WORK_THREE_PAGES = replace(WORK_TWO_PAGES, number="宁环函〔2026〕131号", units_after=None)

WORK_FIVE_PAGES = replace(
    WORK_TWO_PAGES,
    number="宁环函〔2026〕130号",
    units_after=None,
    body=(
        *WORK_TWO_PAGES.body[:3],
        "按照《全国碳排放权交易市场2025年度配额总量和分配方案》，自治区生态环境厅已于2026年9月30日前完成配额核定和发放，"
        "并先后组织3次政策宣讲、2次现场帮扶，逐家核对缺口、测算资金需求；全国碳市场配额价格近期在每吨60元至75元之间波动，"
        "按此估算，贵市3家单位补足缺口约需资金1.15亿元至1.44亿元，越临近截止日，集中购买的价格风险越大。",
        *WORK_TWO_PAGES.body[3:],
    ),
    attachments=(
        Attachment(
            "碳排放配额清缴工作时间安排",
            ("请各有关单位按下列时间安排推进，遇到困难及时与我厅应对气候变化处联系。",),
            Table(
                ("阶段", "工作内容", "完成时间"),
                (
                    ("准备", "测算缺口，落实资金来源，报送清缴计划", "2026年12月5日"),
                    (
                        "购买",
                        "通过全国碳排放权交易系统购买配额，可申请使用不超过5%的国家核证自愿减排量（CCER）",
                        "2026年12月20日",
                    ),
                    ("清缴", "在全国碳排放权注册登记系统完成清缴操作", "2026年12月31日"),
                ),
            ),
        ),
    ),
    copies=(
        "自治区发展改革委",
        "自治区工业和信息化厅",
        "石嘴山市生态环境局",
        "国家能源局西北监管局",
        "石嘴山高新技术产业开发区管委会",
    ),
)

SUPERVISION_ONE_PAGE = replace(
    WORK_ONE_PAGE,
    kind=LetterKind.SUPERVISION,
    subject="督办函",
    number="宁环函〔2026〕7号",
    urgency=Urgency.MOST_URGENT,
    addressee="宁东能源化工基地管理委员会",
    title="关于督办宁夏灵源热电有限公司碳排放配额清缴工作的函",
    body=(
        "我厅《关于商请督促重点排放单位按期清缴的函》（宁环函〔2026〕98号）印发后，宁夏灵源热电有限公司至今未足额清缴，"
        "缺口23,806吨。经自治区人民政府同意，现将该公司列为督办对象，责令贵委于2026年12月20日前督促其完成清缴。",
    ),
    consent=Consent(date(2026, 11, 18), "宁政办函〔2026〕88号"),
    copies=("宁夏灵源热电有限公司",),
)

SUPERVISION_THREE_PAGES = replace(
    SUPERVISION_ONE_PAGE,
    number="宁环函〔2026〕1024号",
    urgency=Urgency.URGENT,
    title="关于督办宁东能源化工基地8家重点排放单位按期履行全国碳排放权交易市场2025年度碳排放配额清缴义务的函",
    body=(
        "全国碳排放权交易市场2025年度履约截止日临近。我厅于2026年10月12日印发《关于商请督促重点排放单位按期清缴的函》"
        "（宁环函〔2026〕98号），商请贵委督促辖区内重点排放单位按期清缴。至回复期限，贵委未作书面回复，有关单位清缴进展缓慢。"
        "经自治区人民政府同意，现将有关事项函告如下。",
        "一、基本情况",
        "截至2026年11月20日，基地内8家重点排放单位未足额清缴，情况见下表：",
        "二、主要问题",
        "（一）主体责任不落实。宁夏梅花井矿电有限公司、宁夏枣泉煤电有限公司多次以“市场价格偏高”为由推迟购买，"
        "在我厅11月3日现场督导后仍未提交书面承诺；宁夏清水营能源有限公司的纾困方案批准已逾30日，3项措施均未启动。",
        "（二）部门协同不够。基地生态环境、财政、金融等部门尚未建立会商机制，企业反映的授信、质押等问题长期得不到答复。"
        "对此，王喆、李堃两位同志（联络员）曾于10月28日提出书面建议，未见落实。",
        "（三）数据质量存在隐患。个别单位2号机组（装机容量2×660MW）的元素碳含量实测率仅为83.3%，"
        "CO₂排放量与燃煤消耗量的变化趋势不一致，需进一步核实。",
        "1.燃料采样记录不完整，缺少7月12日至8月3日的原始记录。",
        "2.化验报告与台账不一致，相差0.0132tC/t。",
        "三、督办要求",
        "请贵委高度重视，坚持“一企一策”，逐家落实责任人和完成时限，做好以下工作：",
    ),
    requests=(
        Request(
            "压实主体责任。逐家约谈企业主要负责人，签订清缴承诺书，每周五17时前报送进展。",
            "基地生态环境局",
            date(2026, 12, 4),
        ),
        Request(
            "落实资金保障。协调金融机构开展碳排放配额质押融资，确保购买资金到位。", "基地财政金融局", date(2026, 12, 11)
        ),
        Request("确保按期清缴。8家单位全部足额清缴，逾期未清缴的依法移送处罚。", "", date(2026, 12, 20)),
    ),
    units=NINGDONG_UNITS,
    units_after=3,
    units_day=date(2026, 11, 20),
    copies=("自治区人民政府办公厅", "自治区发展改革委", "宁东能源化工基地生态环境局"),
)


def example(kind: LetterKind) -> LetterFacts:
    """The worked example of a kind, as the documentation shows it."""
    return from_json(LetterFacts, (EXAMPLES / f"{kind}.json").read_text("utf-8"))


REMINDER, NOTICE, BULLETIN = (example(kind) for kind in (LetterKind.REMINDER, LetterKind.NOTICE, LetterKind.BULLETIN))

SAMPLES = {
    "work_one_page": WORK_ONE_PAGE,
    "work_two_pages": WORK_TWO_PAGES,
    "work_three_pages": WORK_THREE_PAGES,
    "work_five_pages": WORK_FIVE_PAGES,
    "supervision_one_page": SUPERVISION_ONE_PAGE,
    "supervision_three_pages": SUPERVISION_THREE_PAGES,
    "reminder": REMINDER,
    "notice": NOTICE,
    "bulletin": BULLETIN,
    "bulletin_short": replace(
        BULLETIN, body=BULLETIN.body[:1], requests=(), reply_due=None, units=(), units_after=None, copies=()
    ),
}
