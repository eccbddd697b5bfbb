"""The state diagram of a case as Mermaid text, read from the table of steps."""

from casework.rules.states import Category, State
from casework.rules.steps import STEPS, Where, targets


def mermaid() -> str:
    """Draw every step that moves a case; steps between the same two states share one arrow."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.name}: {state.label}" for state in State]
    lines += [f"    [*] --> {state.name}" for state in State if state.category is Category.INITIAL]
    arrows: dict[tuple[State, State], list[str]] = {}
    for rule in STEPS.values():
        if rule.target is Where.SAME:
            continue
        for source in rule.sources:
            for target in targets(rule.step, source):
                arrows.setdefault((source, target), []).append(rule.step.label)
    lines += [
        f"    {source.name} --> {target.name}: {' / '.join(labels)}" for (source, target), labels in arrows.items()
    ]
    lines += [f"    {state.name} --> [*]" for state in State if state.category is Category.FINAL]
    return "\n".join(lines) + "\n"
