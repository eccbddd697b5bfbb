"""Fixtures: the program on a fresh database, SQLite by default, PostgreSQL too with --engine=both."""

import gc

import pytest
from hypothesis import Phase, settings
from support import databases
from support.cast import NOW, set_the_stage
from support.forks import Crew
from support.pages import PageClient

from casework import create_app
from casework.audit.actions import commit
from casework.db import db
from casework.web import clock
from config import Settings

ENGINES = ("sqlite", "postgresql")
settings.register_profile("casework", deadline=None)  # a busy machine is slow, not wrong
# Asked for once per mutant: the same few examples each time, and no search for the smallest that fails.
settings.register_profile(
    "mutants", deadline=None, derandomize=True, max_examples=25, phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("casework")


def pytest_addoption(parser):
    parser.addoption("--engine", choices=[*ENGINES, "both"], default="sqlite", help="database of the tests")


def pytest_collection_finish():
    """Leave the program and the tests, which stay, out of the search for garbage, and search less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_generate_tests(metafunc):
    """Give each test that needs a database one run per engine asked for."""
    if "engine_name" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--engine")
        engines = ENGINES if asked == "both" else [asked]
        one = metafunc.definition.get_closest_marker("any_engine")
        metafunc.parametrize("engine_name", engines[:1] if one else engines, scope="session")


@pytest.fixture(scope="session")
def stage(engine_name):
    """A migrated database with the cast, copied afresh for each test that asks for the program."""
    with databases.stage_for(engine_name) as stage:
        app = create_app(Settings(secret="s" * 40, database_url=stage.template_url), TESTING=True)
        with app.app_context():
            from flask_migrate import upgrade

            upgrade()
            set_the_stage()
            commit()
            db.session.remove()
            db.engine.dispose()
        stage.seal()
        yield stage


@pytest.fixture(scope="session")
def new_demo():
    """The program on a new database that `flask demo` filled as of 2026-11-22, for tests that only look."""
    with databases.scratch("casework-demo-") as folder:
        app = create_app(
            Settings(secret="s" * 40, database_url=f"sqlite:///{folder}/demo.db", demo=True),
            CLOCK_SHIFT=NOW - clock.datetime.now(clock.UTC),
        )
        result = app.test_cli_runner().invoke(args=["demo", "--today", "2026-11-22"])
        assert result.exit_code == 0, result.output
        yield app
        _let_go(app)


@pytest.fixture(scope="session")
def _program(stage):
    """One program per test process; its database is replaced under it."""
    app = create_app(
        Settings(secret="s" * 40, database_url=stage.url, demo=True),
        TESTING=True,
        WTF_CSRF_ENABLED=True,
        PROPAGATE_EXCEPTIONS=True,
    )
    app.test_client_class = PageClient
    return app


@pytest.fixture
def fresh(_program, stage):
    """Put a fresh copy of the database under the program."""

    def reset(name="template"):
        _let_go(_program)
        stage.reset(name)

    return reset


@pytest.fixture
def once(app, fresh, stage):
    """Build something on the fresh database once per process; later it is a copy, with what `build` said of it."""

    def built(name, build):
        if name in stage.kept:
            fresh(name)
            return stage.kept[name]
        said = build()
        _let_go(app)
        stage.keep(name, said)
        return said

    return built


@pytest.fixture
def app(_program, fresh, monkeypatch):
    """The program on a fresh database, at 10:00 on 2026-11-22."""
    fresh()
    monkeypatch.setitem(_program.config, "CLOCK_SHIFT", NOW - clock.datetime.now(clock.UTC))
    yield _program
    _let_go(_program)


def _let_go(app):
    """Leave the database to itself: another is put in its place."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app):
    """The database session, for tests of actions and queries without requests."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app):
    """A browser that has not signed in."""
    return app.test_client()


@pytest.fixture
def crew(app):
    """Worker processes of this test's own."""
    with Crew(app) as crew:
        yield crew
