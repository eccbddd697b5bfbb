"""The house rules that a machine can check: who changes data, who commits, who opens doors, how long things get."""

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pytest

from casework.web.door import permissions_needed

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("casework", "tools")
MODULE_LINES, FUNCTION_LINES, VIEW_LINES = 300, 40, 20
DRAWERS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}

# Changes outside actions, each with its reason.
MAY_CHANGE = {
    "tools/bench_overview.py": "builds up what it measures, set by set",
    "casework/web/forms.py": "the form token is spent in the transaction of whatever the form does",
    "casework/web/typed.py": "what is typed is no record yet: it is kept and dropped without a trace",
    "casework/users/sessions.py": "Flask opens and saves sessions itself, outside any action",
    "casework/demo/": "invented history is written as such",
}
COMMITS_ITSELF = {"casework/audit/actions.py": "the one commit, which seals the trail"}
MAY_ASK_TO_COMMIT = {
    "casework/audit/actions.py": "defines it",
    "casework/web/forms.py": "finish() ends every form",
    "casework/web/bulk.py": "each row of a deed to many is a transaction of its own",
    "casework/web/errors.py": "a refused attempt is noted after the roll-back",
    "casework/web/typed.py": "holds its own two views",
    "casework/jobs/worker.py": "commits what a job did",
    "casework/demo/": "its command builds up the data in parts",
    "casework/cli.py": "commands of operators",
    "tools/bench_rounds.py": "builds up and holds what it measures",
    "tools/bench_overview.py": "builds up what it measures",
}
SETS_A_CASES_STATE = "casework/cases/actions/steps.py"


@dataclass(frozen=True)
class Module:
    """One file of the program, read."""

    path: str
    tree: ast.Module
    lines: int

    @cached_property
    def nodes(self):
        """All nodes: each rule looks at them, and walking to them takes the longest."""
        return list(ast.walk(self.tree))

    @cached_property
    def calls(self):
        """The calls, by the last part of what is called."""
        found = defaultdict(list)
        for node in self.nodes:
            if isinstance(node, ast.Call):
                found[called(node)].append(node)
        return found

    def functions(self):
        """Yield every function and method."""
        return (n for n in self.nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))

    def is_among(self, places):
        """Tell whether this is one of the named files or lies in one of the named folders."""
        return any(self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places)

    def is_kind(self, *kinds):
        """Tell whether this is, say, an actions.py or lies in a package called actions."""
        return any(Path(self.path).stem == kind or kind in Path(self.path).parts[:-1] for kind in kinds)


@cache
def modules():
    """Return the modules of the program; migrations write tables, not data."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    names = [str(path.relative_to(ROOT)) for path in paths if "migrations" not in path.parts]
    return [
        Module(name, ast.parse(text), len(text.splitlines())) for name in names for text in [(ROOT / name).read_text()]
    ]


def parsed(source, path="casework/cases/queries.py"):
    """Return a module from its text, to see that a rule can fail."""
    return Module(path, ast.parse(source), len(source.splitlines()))


def where(module, node):
    """Return file, line and function of a node."""
    around = [f for f in module.functions() if f.lineno <= node.lineno <= f.end_lineno]
    name = max(around, key=lambda f: f.lineno).name if around else "(module)"
    return f"{module.path}:{node.lineno}::{name}"


def calls(module, *names):
    """Yield the calls of a function or method with one of these names."""
    return (node for name in names for node in module.calls[name])


def called(call):
    """Return the last part of what is called: commit for audit.commit()."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def owner(call):
    """Return what stands before the last dot: db.session for db.session.add()."""
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def changes(module):
    """Yield where a module changes data."""
    if module.is_kind("actions") or module.is_among(MAY_CHANGE):
        return
    for call in calls(module, "add", "add_all", "delete", "merge"):
        if owner(call).endswith("session"):
            yield where(module, call)
    for call in calls(module, "insert", "update", "delete"):
        if owner(call) in {"sa", "sqlalchemy", ""}:
            yield where(module, call)


def own_commits(module):
    """Yield where a module commits past the audit trail."""
    if not module.is_among(COMMITS_ITSELF):
        for call in calls(module, "commit"):
            if owner(call).endswith(("session", "connection", "engine")):
                yield where(module, call)


def commits(module):
    """Yield where a module asks for a commit that is neither a view, a command nor a job."""
    if not (module.is_kind("views", "commands", "jobs") or module.is_among(MAY_ASK_TO_COMMIT)):
        for call in calls(module, "commit"):
            yield where(module, call)


def state_settings(module):
    """Yield where a module sets the state of a case."""
    if module.path == SETS_A_CASES_STATE:
        return
    for node in module.nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state" and is_case(ast.unparse(target.value)):
                yield where(module, node)
    for call in calls(module, "values"):
        if owner(call).replace(" ", "").startswith(("sa.update(Case)", "update(Case)")):
            yield from (where(module, call) for keyword in call.keywords if keyword.arg == "state")


def is_case(text):
    """Tell whether a name is that of a case."""
    return text.split(".")[-1].split("_")[-1] == "case"


def length(function):
    """Return the lines of a function from its `def` on, without its docstring."""
    first = function.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return function.end_lineno - function.lineno + 1 - (first.end_lineno - first.lineno + 1 if said else 0)


def is_view(function):
    """Tell whether a function is registered as a page."""
    return any(
        isinstance(d, ast.Call) and called(d) in {"get", "post", "route"} and owner(d) for d in function.decorator_list
    )


def too_long(module):
    """Yield what has grown beyond the house's measure."""
    if module.lines > MODULE_LINES:
        yield f"{module.path} has {module.lines} lines, more than {MODULE_LINES}: split it by topic"
    for function in module.functions():
        most = VIEW_LINES if is_view(function) else FUNCTION_LINES
        if length(function) > most:
            yield f"{where(module, function)} has {length(function)} lines, more than {most}: take a part out of it"


def drawers(module):
    """Yield the parts of a module's path that say nothing about what is inside."""
    return (
        f"{module.path}: name it after what it does" for part in Path(module.path).parts if Path(part).stem in DRAWERS
    )


def found(rule):
    """Return what a rule finds in the whole program, one line each."""
    return "\n".join(line for module in modules() for line in rule(module))


def test_only_actions_change_data():
    assert not found(changes), f"Move the change into the feature's actions (house rule 3):\n{found(changes)}"


def test_only_the_audit_trail_commits():
    assert not found(own_commits), f"Use casework.audit.actions.commit() (house rule 3):\n{found(own_commits)}"


def test_only_views_commands_and_jobs_ask_to_commit():
    assert not found(commits), f"Let the view, command or job commit, once, at its end (rule 3):\n{found(commits)}"


def test_only_the_door_of_the_cases_sets_their_state():
    assert not found(state_settings), f"Take the step through {SETS_A_CASES_STATE} (rule 3):\n{found(state_settings)}"


def test_modules_functions_and_views_stay_short():
    assert not found(too_long), f"House rule 10:\n{found(too_long)}"


def test_no_module_is_a_drawer():
    assert not found(drawers), f"House rule 10:\n{found(drawers)}"


def test_every_page_says_who_may_open_it(_program):  # noqa: PT019  the program without a fresh database
    with _program.app_context():
        closed = [
            f"{view.__module__}::{view.__name__} ({name})"
            for name, view in _program.view_functions.items()
            if permissions_needed(name) is None
        ]
    assert not closed, "Missing @requires(Permission.…) or @public from casework.web.door:\n" + "\n".join(closed)


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (changes, "def f():\n    db.session.add(1)"),
        (changes, "def f():\n    db.session.execute(sa.update(Case))"),
        (own_commits, "db.session.commit()"),
        (commits, "from casework.audit.actions import commit\ncommit()"),
        (state_settings, "def f(case):\n    case.state = 1"),
        (state_settings, "db.session.execute(sa.update(Case).where(x).values(state=1))"),
        (too_long, "@bp.get('/')\ndef f():\n" + "    x = 1\n" * 21),
        (too_long, "def f():\n" + "    x = 1\n" * 41),
        (too_long, "x = 1\n" * 301),
    ],
)
def test_each_rule_can_fail(rule, source):
    assert list(rule(parsed(source)))


def test_every_exception_to_the_rules_is_still_there():
    places = [*MAY_CHANGE, *COMMITS_ITSELF, *MAY_ASK_TO_COMMIT, SETS_A_CASES_STATE]
    assert [place for place in places if not (ROOT / place).exists()] == []
