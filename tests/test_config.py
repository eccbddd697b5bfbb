"""Settings come from the environment, are documented, and unsafe ones are refused outside demo mode."""

import pytest

from config import ROOT, VARIABLES, MailServer, SettingError, Settings

SAFE = {"CASEWORK_DEMO": "0", "CASEWORK_SECRET": "0f9a" * 3 + "7bd1" * 3 + "c5e284360f9a"}


def test_an_empty_environment_is_demo_mode_on_the_local_database_with_a_secret_of_its_own(tmp_path):
    settings = Settings.from_env({}, kept_secret=tmp_path / "secret")
    assert settings.demo
    assert settings.database_url == f"sqlite:///{ROOT}/var/casework.db"
    assert len(settings.secret) == 64
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert Settings.from_env({}, kept_secret=tmp_path / "secret").secret == settings.secret


@pytest.mark.parametrize("name", ["CASEWORK_SECRET", "DATABASE_URL"])
def test_whoever_configures_anything_real_is_not_in_demo_mode(name):
    value = {"CASEWORK_SECRET": SAFE["CASEWORK_SECRET"], "DATABASE_URL": "sqlite:////srv/casework.db"}[name]
    if name == "DATABASE_URL":
        with pytest.raises(SettingError, match="CASEWORK_SECRET is not set"):
            Settings.from_env({name: value})
    else:
        assert not Settings.from_env({name: value}).demo


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"CASEWORK_SECRET": ""}, "CASEWORK_SECRET is not set"),
        ({"CASEWORK_SECRET": "change-me"}, "a default that anybody knows"),
        ({"CASEWORK_SECRET": "x" * 64}, "a default that anybody knows"),
        ({"CASEWORK_SECRET": "k3v9x2m7q1"}, "fewer than 32 characters"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is on"),
    ],
)
def test_outside_demo_mode_what_is_unsafe_is_refused_by_name(changed, sentence):
    with pytest.raises(SettingError, match=sentence):
        Settings.from_env(SAFE | changed)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "http", "PORT is 'http'"),
        ("WEB_WORKERS", "-1", "whole number from 1"),
        ("CASEWORK_DEMO", "perhaps", "must be 1 or 0"),
        ("CASEWORK_MAX_UPLOAD_MB", "²", "whole number"),
        ("DATABASE_URL", "mysql://office:geheim@host/x", "begins with 'mysql'"),
        ("DATABASE_URL", "sqlite:///", "and a path"),
        ("CASEWORK_SMTP_URL", "mail.example", "must read smtp://"),
        ("CASEWORK_SMTP_URL", "smtp://office:geheim@mail.example:port", "must read smtp://"),
        ("CASEWORK_SMTP_URL", "smtp://office:geheim@mail.example", "CASEWORK_MAIL_FROM is ''"),
        ("CASEWORK_ADDRESS", "casework.example", "must begin with https://"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(name, value, sentence):
    with pytest.raises(SettingError, match=sentence) as refused:
        Settings.from_env(SAFE | {name: value})
    assert "geheim" not in str(refused.value)


def test_the_values_are_typed(tmp_path):
    settings = Settings.from_env(
        SAFE
        | {
            "DATABASE_URL": "postgres://office@db/casework",
            "CASEWORK_HOSTS": "casework.example, 10.0.0.5",
            "CASEWORK_SECURE_COOKIES": "0",
            "CASEWORK_ANCHOR": str(tmp_path / "anchor"),
            "PORT": "9001",
        }
    )
    assert settings.database_url == "postgresql+psycopg://office@db/casework"
    assert settings.hosts == ("casework.example", "10.0.0.5")
    assert settings.anchor == tmp_path / "anchor"
    assert (settings.secure_cookies, settings.port, settings.workers) == (False, 9001, 2)


def test_every_variable_says_what_it_means_once():
    assert len({variable.name for variable in VARIABLES}) == len(VARIABLES)
    assert all(variable.meaning.endswith(".") for variable in VARIABLES)


def test_a_mail_server_is_read_with_its_password_and_needs_sender_and_address():
    environ = SAFE | {"CASEWORK_SMTP_URL": "smtps://b%40x:ge%2Fheim@mail.example", "CASEWORK_MAIL_FROM": "c@example.cn"}
    with pytest.raises(SettingError, match="CASEWORK_ADDRESS is not set"):
        Settings.from_env(environ)
    settings = Settings.from_env(environ | {"CASEWORK_ADDRESS": "https://casework.example/"})
    assert settings.address == "https://casework.example"
    assert settings.mail == MailServer("mail.example", 465, "c@example.cn", tls=True, user="b@x", password="ge/heim")
    assert "ge/heim" not in repr(settings)
