from casework.rules.diagram import mermaid
from casework.rules.workflow import State, Step


def test_the_diagram_shows_every_state_and_every_step_that_moves_a_case():
    text = mermaid()
    assert text.startswith("stateDiagram-v2\n")
    assert all(f"    {state.name}: {state.label}\n" in text for state in State)
    staying = {Step.ASSIGN, Step.NOTE, Step.VISIT, Step.PENALTY, Step.PAUSE, Step.RESUME}
    staying |= {Step.ASK_EXTENSION, Step.GRANT_EXTENSION, Step.REFUSE_EXTENSION}
    arrows = "\n".join(line for line in text.splitlines() if "-->" in line)
    assert all((step.label in arrows) == (step not in staying) for step in Step)


def test_the_diagram_draws_a_step_back_to_each_state_it_can_lead_to():
    text = mermaid()
    assert "    [*] --> LISTED\n" in text
    assert "    URGED --> LISTED: Undo after voided letter\n" in text
    assert "    SUPERVISED --> RELIEF: Carry out relief plan / Undo after voided letter\n" in text
    assert "    SETTLED --> CLOSED: Strike off / Withdraw from list\n" in text
    assert "    CLOSED --> ASSISTING: Reopen\n" in text
    assert text.endswith("    CLOSED --> [*]\n")
