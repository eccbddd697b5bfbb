"""Two versions side by side: every paragraph of both is there, and what changed in it is marked."""

from hypothesis import given
from hypothesis import strategies as st

from casework.letters.comparison import side_by_side

PARAGRAPHS = st.lists(st.text("甲乙丙丁，。12", max_size=12), max_size=8)


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_versions_are_there_whole_and_in_order(old, new):
    lines = list(side_by_side(old, new))
    assert [line.before for line in lines if line.before] == [one for one in old if one]
    assert [line.after for line in lines if line.after] == [one for one in new if one]
    for line in lines:
        left, right = line.pieces
        assert ("".join(one.text for one in left), "".join(one.text for one in right)) == (line.before, line.after)
        same = [[one.text for one in side if not one.changed] for side in (left, right)]
        assert same[0] == same[1]
        assert line.differs == any(one.changed for one in (*left, *right))


def test_a_changed_figure_alone_is_marked():
    [line] = side_by_side(["缺口1,203吨，请尽快清缴。"], ["缺口1,503吨，请尽快清缴。"])
    assert [[one.text for one in side if one.changed] for side in line.pieces] == [["2"], ["5"]]


def test_paragraphs_that_have_little_in_common_are_marked_whole():
    [line] = side_by_side(["请贵市支持。"], ["逾期未清缴的依法处理。"])
    assert [[one.changed for one in side] for side in line.pieces] == [[True], [True]]
