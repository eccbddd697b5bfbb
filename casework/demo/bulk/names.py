"""Invented enterprises: names and credit codes that follow from a number, each number's own."""

from dataclasses import dataclass

from stdnum.cn import uscc

from casework.registry.models import Sector
from casework.users.models import Region

FIRST = (
    "屹朔汇鸳灵枣弘泰裕恒瑞昌隆晟钧铭沣澜崧峻岚曦昊煜炜烨焱熙乾坤宸"
    "宇翰霖润泽沛淼源溪湛澄川岳嵩岩磐钰鑫锦铎锐锋腾骏骥驰翔鹏鸿雁"
)
SECOND = (
    "川岭沣源清和兴盛达通远航凯旋捷胜誉丰硕茂荣华彩辉耀明朗晖阳旭晨"
    "光星辰云霄海洋涛波澜江河湖泉溪谷峰峦石玉璟琪瑜瑾琛璋璞珩琨"
)
TRADES = (
    ("热电", Sector.POWER),
    ("发电", Sector.POWER),
    ("水泥", Sector.CEMENT),
    ("铝业", Sector.ALUMINIUM),
    ("电力", Sector.POWER),
    ("建材", Sector.CEMENT),
    ("钢铁", Sector.STEEL),
    ("能源", Sector.POWER),
)
FORMS = ("有限公司", "有限责任公司", "集团有限公司", "股份有限公司")
_STRIDE = 48_271  # shares no divisor with _COUNT: neighbours in the register have names far apart
_COUNT = len(FIRST) * len(SECOND) * len(TRADES) * len(FORMS)
_NO_CODE_OF_ITS_OWN = "640181"  # a base is no administrative division: its units are registered in Lingwu


@dataclass(frozen=True)
class Invented:
    """An enterprise that does not exist."""

    name: str
    code: str
    sector: Sector


def invented(number: int, region: Region) -> Invented:
    """The enterprise of this number; `number` counts up to some hundred thousand in each region."""
    rest, at = divmod(number, _COUNT)
    at = at * _STRIDE % _COUNT
    at, first = divmod(at, len(FIRST))
    at, second = divmod(at, len(SECOND))
    form, trade = divmod(at, len(TRADES))
    word, sector = TRADES[trade]
    branch = f"第{rest + 1}" if rest else ""
    name = f"{_place(region)}{FIRST[first]}{SECOND[second]}{branch}{word}{FORMS[form]}"
    return Invented(name, _code(number, region), sector)


def _place(region: Region) -> str:
    return region.aliases[-1] if region.aliases else region.name


def _code(number: int, region: Region) -> str:
    division = region.code if region.code.isdigit() else _NO_CODE_OF_ITS_OWN
    body = f"91{division}W{number:08d}"
    return body + str(uscc.calc_check_digit(body))
