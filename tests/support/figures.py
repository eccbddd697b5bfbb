"""What holds of every figure that can be asked why."""


def all_parts(figure):
    """The figure and all that it was reckoned from."""
    return [figure, *(deeper for part in figure.parts for deeper in all_parts(part))]


def assert_explained(*figures):
    """The numbers that each figure and its parts show reckon to its value, and each of them is named in its words."""
    for figure in figures:
        for one in all_parts(figure):
            assert one.made_by.reckon(**one.numbers) == one.value
            assert all(f"%({name})s" in one.formula for name in one.given)
            assert one.formula % one.numbers
