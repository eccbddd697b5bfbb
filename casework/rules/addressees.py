"""How many addressees are written in one line (主送机关): 各市生态环境局、宁东管委会生态环境局. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.rules.letters import AddresseeKind

_UNITS = ("市", "州", "盟", "地区", "县", "区", "旗")  # the last word of a division's name


@dataclass(frozen=True)
class Office:
    """A region with its two offices to which letters go; counties of a city count as beside one another."""

    region: str
    government: str
    bureau: str

    def name(self, kind: AddresseeKind) -> str:
        """The office of this kind."""
        return self.bureau if kind is AddresseeKind.BUREAU else self.government


def addressee_line(chosen: Iterable[Office], every: Iterable[Office], kind: AddresseeKind) -> str:
    """The names in one line; where all of a sort are meant (every city, say) they stand as 各市人民政府."""
    chosen, sorts = list(chosen), _sorts(every, kind)
    named: list[str] = []
    for office in chosen:
        same = sorts.get(_sort(office, kind) or "", [])
        whole = len(same) > 1 and all(one in chosen for one in same)
        named.append(f"各{_sort(office, kind)}" if whole and office in same else office.name(kind))
    return "、".join(dict.fromkeys(name for name in named if name))


def _sorts(every: Iterable[Office], kind: AddresseeKind) -> dict[str, Sequence[Office]]:
    """The offices of each sort there are, 市生态环境局 with those of the cities."""
    found: dict[str, list[Office]] = {}
    for office in every:
        if sort := _sort(office, kind):
            found.setdefault(sort, []).append(office)
    return dict(found)


def _sort(office: Office, kind: AddresseeKind) -> str:
    """What follows the division's own name, with its last word: 市生态环境局; nothing where the name is built else."""
    name = office.name(kind)
    unit = next((unit for unit in _UNITS if office.region.endswith(unit)), "")
    if not unit or not name.startswith(office.region) or name == office.region:
        return ""
    return unit + name.removeprefix(office.region)
