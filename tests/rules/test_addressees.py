"""Many addressees in one line."""

import pytest

from casework.rules.addressees import Office, addressee_line
from casework.rules.letters import AddresseeKind

BUREAU, GOVERNMENT = AddresseeKind.BUREAU, AddresseeKind.GOVERNMENT


def office(name, committee=""):
    return Office(name, committee or f"{name}人民政府", f"{committee or name}生态环境局")


CITIES = [office(f"{name}市") for name in ("银川", "石嘴山", "吴忠")]
BASE = office("宁东能源化工基地", "宁东管委会")


@pytest.mark.parametrize(
    ("chosen", "kind", "line"),
    [
        ([*CITIES, BASE], BUREAU, "各市生态环境局、宁东管委会生态环境局"),
        ([*CITIES, BASE], GOVERNMENT, "各市人民政府、宁东管委会"),
        (CITIES, GOVERNMENT, "各市人民政府"),
        (CITIES[:2], BUREAU, "银川市生态环境局、石嘴山市生态环境局"),
        ([BASE], BUREAU, "宁东管委会生态环境局"),
        ([office("甲市"), office("乙州")], BUREAU, "甲市生态环境局、乙州生态环境局"),
        ([Office("丙市", "", "")], BUREAU, ""),
        ([BASE, CITIES[0], BASE], BUREAU, "宁东管委会生态环境局、银川市生态环境局"),
        ([*CITIES, Office("丁市", "", "市生态环境二局")], BUREAU, "各市生态环境局、市生态环境二局"),
    ],
)
def test_many_addressees_stand_in_one_line(chosen, kind, line):
    assert addressee_line(chosen, [*CITIES, BASE], kind) == line


@pytest.mark.parametrize(
    ("every", "line"),
    [
        ([office("甲县"), office("乙县")], "各县生态环境局"),
        ([office("甲县"), office("乙县"), office("丙区"), office("丁区")], "各县生态环境局、各区生态环境局"),
        ([office("甲州"), office("乙州")], "各州生态环境局"),
        ([office("甲县")], "甲县生态环境局"),
        ([Office("甲市", "", "甲市"), Office("乙市", "", "乙市")], "甲市、乙市"),
        ([Office("甲市", "", "甲市环保局"), office("乙市"), office("丙市")], "甲市环保局、各市生态环境局"),
    ],
)
def test_all_of_a_sort_stand_together_where_there_are_several_of_the_same_name(every, line):
    assert addressee_line(every, every, BUREAU) == line
