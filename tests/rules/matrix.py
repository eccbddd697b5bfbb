"""Who may take which step from which state, written out by hand: the oracle, read from the regulations' table.

O officer, L leader, C city officer of the unit's own region; a dot means nobody. Reviewer, viewer, administrator and
auditor stand nowhere. Every other condition of the step (letter, plan, reason, ...) is taken as fulfilled.
"""

from casework.rules.roles import Role
from casework.rules.workflow import State, Step

LETTERS = {"O": Role.OFFICER, "L": Role.LEADER, "C": Role.CITY}

COLUMNS = {
    "star": Step.START_ASSISTANCE,
    "plan": Step.AGREE_PLAN,
    "urge": Step.URGE,
    "supe": Step.SUPERVISE,
    "revo": Step.REVOKE,
    "sett": Step.SETTLE,
    "retu": Step.RETURN,
    "stri": Step.STRIKE_OFF,
    "refe": Step.REFER,
    "conc": Step.CONCLUDE,
    "with": Step.WITHDRAW,
    "reop": Step.REOPEN,
    "assi": Step.ASSIGN,
    "note": Step.NOTE,
    "visi": Step.VISIT,
    "pena": Step.PENALTY,
    "paus": Step.PAUSE,
    "resu": Step.RESUME,
    "ask": Step.ASK_EXTENSION,
    "gran": Step.GRANT_EXTENSION,
    "refu": Step.REFUSE_EXTENSION,
}

AT_WORK = """
           star plan urge supe revo sett retu stri refe conc with reop assi note visi pena paus resu ask  gran refu
LISTED     O    .    L    .    .    O    .    .    L    .    L    .    O    OC   OC   OC   O    .    OC   L    L
ASSISTING  .    O    L    .    .    O    .    .    L    .    L    .    O    OC   OC   OC   O    .    OC   L    L
RELIEF     .    .    L    L    .    O    .    .    L    .    L    .    O    OC   OC   OC   O    .    OC   L    L
URGED      .    O    .    L    L    O    .    .    L    .    L    .    O    OC   OC   OC   O    .    OC   L    L
SUPERVISED .    O    .    .    L    O    .    .    L    .    L    .    O    OC   OC   OC   O    .    OC   L    L
REFERRED   .    .    .    .    .    O    .    .    .    L    L    .    O    OC   OC   OC   O    .    OC   L    L
SETTLED    .    .    .    .    .    .    L    L    .    .    L    .    O    OC   OC   OC   .    .    .    .    .
CLOSED     .    .    .    .    .    .    .    .    .    .    .    L    .    .    .    .    .    .    .    .    .
"""

# Settling and closing end a pause, so the last two rows cannot come about; the answer is still fixed.
PAUSED = """
           star plan urge supe revo sett retu stri refe conc with reop assi note visi pena paus resu ask  gran refu
LISTED     .    .    .    .    .    O    .    .    L    .    L    .    O    OC   OC   OC   .    O    .    L    L
ASSISTING  .    .    .    .    .    O    .    .    L    .    L    .    O    OC   OC   OC   .    O    .    L    L
RELIEF     .    .    .    .    .    O    .    .    L    .    L    .    O    OC   OC   OC   .    O    .    L    L
URGED      .    .    .    .    L    O    .    .    L    .    L    .    O    OC   OC   OC   .    O    .    L    L
SUPERVISED .    .    .    .    L    O    .    .    L    .    L    .    O    OC   OC   OC   .    O    .    L    L
REFERRED   .    .    .    .    .    O    .    .    .    .    L    .    O    OC   OC   OC   .    O    .    L    L
SETTLED    .    .    .    .    .    .    .    .    .    .    L    .    O    OC   OC   OC   .    .    .    .    .
CLOSED     .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .    .
"""

LEADS_TO = {
    Step.START_ASSISTANCE: "ASSISTING",
    Step.AGREE_PLAN: "RELIEF",
    Step.URGE: "URGED",
    Step.SUPERVISE: "SUPERVISED",
    Step.REVOKE: "before",
    Step.SETTLE: "SETTLED",
    Step.RETURN: "before",
    Step.STRIKE_OFF: "CLOSED",
    Step.REFER: "REFERRED",
    Step.CONCLUDE: "CLOSED",
    Step.WITHDRAW: "CLOSED",
    Step.REOPEN: "ASSISTING",
    Step.ASSIGN: "same",
    Step.NOTE: "same",
    Step.VISIT: "same",
    Step.PENALTY: "same",
    Step.PAUSE: "same",
    Step.RESUME: "same",
    Step.ASK_EXTENSION: "same",
    Step.GRANT_EXTENSION: "same",
    Step.REFUSE_EXTENSION: "same",
}


def read(grid):
    """Return {(state, step): roles allowed} of a grid."""
    head, *rows = grid.strip("\n").splitlines()
    steps = [COLUMNS[name] for name in head.split()]
    return {
        (State[name], step): {LETTERS[letter] for letter in cell if letter != "."}
        for name, *cells in map(str.split, rows)
        for step, cell in zip(steps, cells, strict=True)
    }


ALLOWED = {False: read(AT_WORK), True: read(PAUSED)}


def may(role, state, step, paused):
    """Whether the oracle lets the role take the step."""
    return role in ALLOWED[paused][state, step]
