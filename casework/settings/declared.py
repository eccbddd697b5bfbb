"""Every setting the administrator may change, with its default, bounds and words."""

from dataclasses import dataclass

from casework.rules.words import N_


@dataclass(frozen=True)
class Declared:
    """One setting: kind is text, number, switch, address (or none) or one of `choices` (value, label)."""

    key: str
    kind: str
    default: object
    label: str
    help: str = ""
    least: int = 0
    most: int = 10_000
    choices: tuple[tuple[str, str], ...] = ()


_POLICIES = (
    ("gbt22239", N_("GB/T 22239: three classes, 90 days, last five refused")),
    ("asvs", N_("ASVS: length and known bad ones, no rotation")),
)
_OTHERS = (("counts", N_("how many there are, and their tonnes")), ("names", N_("their names and tonnes")))
_ROWS = (
    Declared(
        "organ", "text", "宁夏回族自治区生态环境厅",
        N_("Issuing department"), N_("Printed as the mark and signature of letters."),
    ),
    Declared(
        "superior", "text", "自治区人民政府",
        N_("Government above"), N_("Whose consent instructive wording to a government needs."),
    ),
    Declared(
        "public_address", "address", "",
        N_("Public address of the verification page"),
        N_("Printed with a code as QR code on every letter that is registered, so that anybody can check it. "
           "Empty: letters bear none."),
    ),
    Declared(
        "others_units", "choice", "counts", N_("What a city sees of another city's units"),
        N_("In a letter that goes to several regions, its table and its text."), choices=_OTHERS,
    ),
    Declared("first_number", "number", 1, N_("First document number of a new year's series"), least=1),
    Declared("reply_days", "number", 10, N_("Working days until a reply is due"), least=1, most=60),
    Declared(
        "reply_days_least", "number", 3,
        N_("Fewest working days between signing and the reply day"), least=1, most=30,
    ),
    Declared(
        "extension_days_most", "number", 60,
        N_("Days by which all extensions together may move a working deadline"), least=1, most=365,
    ),
    Declared(
        "price_stress", "number", 20, N_("Stressed price of allowances, in percent above the last price"), most=500
    ),
    Declared("case_days", "number", 60, N_("Days from listing to a case's first working deadline"), least=1, most=365),
    Declared(
        "remind_first_days", "number", 7,
        N_("First reminder, working days before something is due"), least=1, most=60,
    ),
    Declared(
        "remind_second_days", "number", 1,
        N_("Second reminder, working days before something is due"), least=1, most=60,
    ),
    Declared(
        "office_opens", "number", 9,
        N_("Hour at which the office opens"), N_("Reminders go out in office hours of working days only."), most=12,
    ),
    Declared("office_closes", "number", 18, N_("Hour at which the office closes"), least=13, most=23),
    Declared(
        "chase_head_days", "number", 3,
        N_("Working days overdue until the head of the bureau is told"), least=1, most=60,
    ),
    Declared(
        "chase_department_days", "number", 5,
        N_("Working days overdue until the department is told"), least=1, most=60,
    ),
    Declared(
        "chase_letter_days", "number", 10,
        N_("Working days overdue until the letter of the next step is proposed"), least=1, most=90,
    ),
    Declared("password_policy", "choice", "gbt22239", N_("Password policy"), choices=_POLICIES),
    Declared(
        "second_factor_required", "switch", False, N_("Leaders and administrators must use a second factor")
    ),
)  # fmt: skip
DECLARED = {row.key: row for row in _ROWS}
