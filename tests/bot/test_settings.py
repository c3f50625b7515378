"""Settings: what wins over what, and what is said about a wrong one."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from twin_core.contract.errors import Rejected

SECRET = "correct horse battery staple"


def load(path: Path, toml: str = "", environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    file = path / "pollux.toml"
    file.write_text(toml, encoding="utf-8")
    return load_settings(overrides, file=file, environ=environ or {})


def refusal(path: Path, toml: str = "", environ: Mapping[str, str] | None = None, **overrides: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        load(path, toml, environ, **overrides)
    assert caught.value.code in ("unknown_setting", "bad_settings")
    return caught.value


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = load_settings(file=tmp_path / "absent.toml", environ={})
    assert (settings.host, settings.port, settings.mqtt.port, settings.mqtt.host) == ("127.0.0.1", 8080, 1883, None)
    assert settings.database_url == f"sqlite:///{(Path.cwd() / 'pollux-data' / 'pollux.db').resolve()}"


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    toml = "port = 1\nhost = 'a'\nlog_level = 'debug'\n"
    environ = {"POLLUX_PORT": "2", "POLLUX_HOST": "b"}
    settings = load(tmp_path, toml, environ, port=3)
    assert (settings.port, settings.host, settings.log_level) == (3, "b", "debug")


def test_an_option_that_was_not_given_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "port = 1", port=None, mqtt=None).port == 1


def test_sections_are_merged_key_by_key(tmp_path: Path) -> None:
    toml = "[mqtt]\nhost = 'broker'\nport = 1\nusername = 'anna'\n"
    environ = {"POLLUX_MQTT__PORT": "2", "POLLUX_MQTT__TLS": "true"}
    settings = load(tmp_path, toml, environ, mqtt={"port": 3})
    assert settings.mqtt.model_dump(include={"host", "port", "username", "tls"}) == {
        "host": "broker",
        "port": 3,
        "username": "anna",
        "tls": True,
    }


def test_the_environment_can_name_the_file_and_lists(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("port = 7", encoding="utf-8")
    environ = {
        "POLLUX_SETTINGS": str(tmp_path / "other.toml"),
        "POLLUX_WEB__ORIGINS": "https://a.example,https://b.example",
    }
    settings = load_settings(environ=environ)
    assert settings.port == 7
    assert settings.web.origins == ("https://a.example", "https://b.example")


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    environ = {"PORT": "1", "POLLUXPORT": "2", "POLLUX_REQUIRE_SERVICES": "1"}
    assert load(tmp_path, environ=environ).port == 8080


@pytest.mark.parametrize(
    ("toml", "environ", "named", "nearest"),
    [
        ("prot = 1", {}, "prot", "port"),
        ("[mqtt]\nhots = 'x'", {}, "mqtt.hots", "mqtt.host"),
        ("", {"POLLUX_TIMEZON": "UTC"}, "timezon", "timezone"),
        ("", {"POLLUX_MQTT__PASWORD": "x"}, "mqtt.pasword", "mqtt.password"),
    ],
)
def test_an_unknown_key_names_the_nearest(
    tmp_path: Path, toml: str, environ: Mapping[str, str], named: str, nearest: str
) -> None:
    error = refusal(tmp_path, toml, environ)
    assert error.code == "unknown_setting"
    assert f"no setting called {named}." in error.message
    assert error.hint == f"Did you mean {nearest}?"


def test_an_unknown_key_like_none_is_told_what_there_is(tmp_path: Path) -> None:
    error = refusal(tmp_path, "[mqtt]\nzzzzqqqq = 1")
    assert "discovery_prefix" in error.hint
    assert "username" in error.hint


@pytest.mark.parametrize(
    ("toml", "environ", "where"),
    [
        ("port = 70000", {}, "port"),
        ("port = 'many'", {}, "port"),
        ("log_level = 'loud'", {}, "log_level"),
        ("[mqtt]\nprotocol = '4'", {}, "mqtt.protocol"),
        ("", {"POLLUX_MQTT__TLS": "perhaps"}, "mqtt.tls"),
        ("mqtt = 5", {}, "mqtt"),
    ],
)
def test_a_wrong_value_says_where_it_stands(tmp_path: Path, toml: str, environ: Mapping[str, str], where: str) -> None:
    error = refusal(tmp_path, toml, environ)
    assert error.code == "bad_settings"
    assert f"The setting {where} is not right" in error.message
    assert f"POLLUX_{where.upper().replace('.', '__')}" in error.hint


def test_a_section_set_as_a_whole_and_in_part_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path, environ={"POLLUX_MQTT": "x", "POLLUX_MQTT__HOST": "y"})


@pytest.mark.parametrize("broken", [b"port = ", b"\xff\xfe", b"port = 1\nport = 2"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, broken: bytes) -> None:
    file = tmp_path / "pollux.toml"
    file.write_bytes(broken)
    with pytest.raises(Rejected) as caught:
        load_settings(file=file, environ={})
    assert str(file) in caught.value.message


def test_a_bad_zone_names_the_nearest(tmp_path: Path) -> None:
    assert "did you mean 'Europe/Berlin'?" in refusal(tmp_path, "timezone = 'Europe/Berlim'").message
    assert "is no time zone" in refusal(tmp_path, "timezone = '../../etc/passwd'").message


def test_the_zone_is_the_one_that_was_set(tmp_path: Path) -> None:
    assert load(tmp_path, environ={"POLLUX_TIMEZONE": "Asia/Kolkata"}).zone.key == "Asia/Kolkata"


def test_without_a_zone_it_is_that_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Halifax")
    assert load(tmp_path).zone.key == "America/Halifax"
    monkeypatch.setenv("TZ", "no such zone")
    assert load(tmp_path).zone.key


def test_secrets_never_print(tmp_path: Path) -> None:
    toml = f"database = 'postgresql+asyncpg://anna:{SECRET}@db/pollux'\n[mqtt]\npassword = '{SECRET}'\n"
    settings = load(tmp_path, toml)
    assert settings.mqtt.password is not None
    assert settings.mqtt.password.get_secret_value() == SECRET
    assert SECRET in settings.database_url
    printed = [
        str(settings),
        repr(settings),
        f"{settings.mqtt}",
        str(settings.model_dump()),
        settings.model_dump_json(),
    ]
    assert not [text for text in printed if SECRET in text or json.dumps(SECRET) in text]


@pytest.mark.parametrize(
    "toml", [f"[mqtt]\npassword = ['{SECRET}']", f"[mqtt]\npasword = '{SECRET}'", f"database = ['{SECRET}']"]
)
def test_a_refusal_never_prints_the_secret(tmp_path: Path, toml: str) -> None:
    error = refusal(tmp_path, toml)
    assert SECRET not in f"{error!r} {error} {error.details} {error.__cause__!r}"


def test_settings_cannot_be_changed_in_passing(tmp_path: Path) -> None:
    settings = load(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


def test_sources_are_tables_by_name(tmp_path: Path) -> None:
    toml = "[tasks.plant]\nkind = 'gitlab'\ntoken = 't'\n"
    toml += "[hooks.github]\nsecrets = ['a', 'b']\npeople = {octocat = 'anna'}\n"
    settings = load(tmp_path, toml, {"POLLUX_TASKS__TODOIST__TOKEN": SECRET, "POLLUX_HOOKS__JIRA__SECRETS": "c,d"})
    assert {name: section.kind for name, section in settings.tasks.items()} == {"plant": "gitlab", "todoist": None}
    assert [s.get_secret_value() for s in settings.hooks["jira"].secrets] == ["c", "d"]
    assert settings.hooks["github"].people == {"octocat": "anna"}
    assert SECRET not in repr(settings)


def test_an_unknown_key_of_a_source_names_the_nearest(tmp_path: Path) -> None:
    error = refusal(tmp_path, "[tasks.github]\ntoken = 't'\nrepositry = 'acme/pumps'\n")
    assert "tasks.github.repositry" in error.message
    assert "tasks.github.repository" in error.hint
