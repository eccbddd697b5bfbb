"""Regions and accounts of the demonstration: one account for each role, and one officer for each city."""

from dataclasses import dataclass
from datetime import datetime

from casework.audit.actions import Program, record
from casework.db import db
from casework.rules.roles import Role
from casework.users.models import Account, AccountRole, Region, RegionKind
from casework.users.passwords import hash_password

PASSWORD = "Ningxia-Demo-1"  # noqa: S105  shown on the sign-in page in demo mode
DEMO = Program("demo")
ROOT_CODE = "640000"


@dataclass(frozen=True)
class Place:
    """A region as the demonstration sets it up."""

    code: str
    name: str
    kind: RegionKind
    aliases: tuple[str, ...]
    government: str
    bureau: str


def _city(code: str, name: str) -> Place:
    return Place(code, f"{name}市", RegionKind.CITY, (name,), f"{name}市人民政府", f"{name}市生态环境局")


PLACES = (
    Place(ROOT_CODE, "宁夏回族自治区", RegionKind.PROVINCE, ("宁夏",), "自治区人民政府", "宁夏回族自治区生态环境厅"),
    _city("640100", "银川"),
    _city("640200", "石嘴山"),
    _city("640300", "吴忠"),
    _city("640400", "固原"),
    _city("640500", "中卫"),
    Place(
        "NDJD",
        "宁东能源化工基地",
        RegionKind.BASE,
        ("宁东基地", "宁东"),
        "宁东能源化工基地管理委员会",
        "宁东能源化工基地管理委员会生态环境局",
    ),
)

# user name, name, role, region; all invented
PEOPLE = (
    ("officer", "马承办", Role.OFFICER, ROOT_CODE),
    ("officer2", "李承办", Role.OFFICER, ROOT_CODE),
    ("reviewer", "王核稿", Role.REVIEWER, ROOT_CODE),
    ("leader", "周厅长", Role.LEADER, ROOT_CODE),
    ("leader2", "吴副厅长", Role.LEADER, ROOT_CODE),
    ("viewer", "何查阅", Role.VIEWER, ROOT_CODE),
    ("admin", "冯管理", Role.ADMINISTRATOR, ROOT_CODE),
    ("auditor", "沈审计", Role.AUDITOR, ROOT_CODE),
    ("yinchuan", "银专员", Role.CITY, "640100"),
    ("shizuishan", "石专员", Role.CITY, "640200"),
    ("wuzhong", "吴专员", Role.CITY, "640300"),
    ("guyuan", "固专员", Role.CITY, "640400"),
    ("zhongwei", "中专员", Role.CITY, "640500"),
    ("ningdong", "宁专员", Role.CITY, "NDJD"),
)


def set_up_people(*, now: datetime) -> dict[str, Account]:
    """Write the region tree and the accounts, and return the accounts by user name."""
    regions = _regions(now)
    shared = hash_password(PASSWORD)
    accounts = {}
    for username, name, role, code in PEOPLE:
        accounts[username] = Account(
            username=username,
            name=name,
            region=regions[code],
            phone="0951-0000000",
            password_hash=shared,
            password_set_at=now,
            must_change_password=False,
            created_at=now,
            role_rows=[AccountRole(role=role)],
        )
    db.session.add_all(accounts.values())
    db.session.flush()
    for account in accounts.values():
        record("account", "account", account.id, by=DEMO, now=now, after={"username": account.username})
    return accounts


def _regions(now: datetime) -> dict[str, Region]:
    regions: dict[str, Region] = {}
    for position, place in enumerate(PLACES):
        root = regions.get(ROOT_CODE)
        regions[place.code] = Region(
            code=place.code,
            name=place.name,
            kind=place.kind,
            aliases=list(place.aliases),
            government=place.government,
            bureau=place.bureau,
            position=position,
            parent_id=root.id if root else None,
            path=f"{root.path}{place.code}/" if root else f"/{place.code}/",
        )
        db.session.add(regions[place.code])
        db.session.flush()
        record("region", "region", regions[place.code].id, by=DEMO, now=now, after={"name": place.name})
    return regions
