"""A fixed cast: the region tree of Ningxia and one account for each role, the same in every test."""

from datetime import UTC, datetime
from functools import cache

from casework.db import db
from casework.rules.roles import Role
from casework.users.models import Account, AccountRole, Region, RegionKind
from casework.users.passwords import hash_password

PASSWORD = "Correct-Horse-7"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # 10:00 in Yinchuan

# code, name, kind, aliases
REGIONS = [
    ("640000", "宁夏回族自治区", RegionKind.PROVINCE, ["宁夏"]),
    ("640100", "银川市", RegionKind.CITY, ["银川"]),
    ("640200", "石嘴山市", RegionKind.CITY, ["石嘴山"]),
    ("640300", "吴忠市", RegionKind.CITY, ["吴忠"]),
    ("640400", "固原市", RegionKind.CITY, ["固原"]),
    ("640500", "中卫市", RegionKind.CITY, ["中卫"]),
    ("NDJD", "宁东能源化工基地", RegionKind.BASE, ["宁东基地", "宁东"]),
]

# username, name, roles, region code
CAST = [
    ("alice", "安丽", {Role.OFFICER}, "640000"),
    ("amir", "艾米尔", {Role.OFFICER}, "640000"),
    ("bob", "包勃", {Role.REVIEWER}, "640000"),
    ("carol", "柯柔", {Role.LEADER}, "640000"),
    ("carl", "柯尔", {Role.LEADER}, "640000"),
    ("dora", "杜若", {Role.CITY}, "640200"),
    ("dan", "丹岩", {Role.CITY}, "640100"),
    ("victor", "魏克", {Role.VIEWER}, "640000"),
    ("adam", "安当", {Role.ADMINISTRATOR}, "640000"),
    ("eve", "伊芙", {Role.AUDITOR}, "640000"),
]


@cache
def password_hash() -> str:
    """Hash the cast's one password once."""
    return hash_password(PASSWORD)


def set_the_stage() -> None:
    """Write regions and accounts; the caller commits."""
    regions = {}
    for position, (code, name, kind, aliases) in enumerate(REGIONS):
        root = regions.get("640000")
        regions[code] = Region(
            code=code,
            name=name,
            kind=kind,
            aliases=aliases,
            position=position,
            parent_id=root.id if root else None,
            path=f"{root.path}{code}/" if root else f"/{code}/",
            government=f"{name}人民政府" if kind is not RegionKind.BASE else "宁东能源化工基地管理委员会",
            bureau=f"{name}生态环境局",
        )
        db.session.add(regions[code])
        db.session.flush()
    for username, name, roles, code in CAST:
        db.session.add(
            Account(
                username=username,
                name=name,
                region_id=regions[code].id,
                password_hash=password_hash(),
                password_set_at=NOW,
                must_change_password=False,
                created_at=NOW,
                role_rows=[AccountRole(role=role) for role in roles],
            )
        )
