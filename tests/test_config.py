"""Settings from the environment."""

from pathlib import Path

import pytest

from quizapp.config import ConfigError, keep_secret_key, read_settings


def env(folder: Path, **more: str) -> dict[str, str]:
    return {"QUIZ_DATA_DIR": str(folder), **more}


def test_defaults_live_in_the_data_folder(tmp_path):
    settings = read_settings(env(tmp_path))
    assert settings.database_url == f"sqlite:///{tmp_path / 'quiz.sqlite3'}"
    assert settings.redis_url == f"unix://{tmp_path}/run/redis.sock"
    assert (settings.is_sqlite, settings.https, settings.trusted_hosts) == (True, False, ())


def test_everything_can_be_set(tmp_path):
    url = "postgresql+psycopg://quiz@db/quiz"
    settings = read_settings(
        env(
            tmp_path,
            DATABASE_URL=url,
            REDIS_URL="redis://r:1",
            SECRET_KEY="k",
            QUIZ_TRUSTED_HOSTS="a.vn, b.vn",
            QUIZ_HTTPS="1",
        )
    )
    assert (settings.database_url, settings.redis_url, settings.secret_key) == (url, "redis://r:1", "k")
    assert (settings.is_sqlite, settings.https, settings.trusted_hosts) == (False, True, ("a.vn", "b.vn"))


@pytest.mark.parametrize(
    ("said", "https", "required"),
    [("", "", False), ("", "1", True), ("optional", "1", False), ("required", "", True)],
)
def test_a_real_installation_asks_for_a_second_factor_unless_it_says_otherwise(tmp_path, said, https, required):
    settings = read_settings(env(tmp_path, QUIZ_SECOND_FACTOR=said, QUIZ_HTTPS=https))
    assert settings.second_factor_required is required


def test_another_word_about_the_second_factor_is_no_word(tmp_path):
    with pytest.raises(ConfigError, match="QUIZ_SECOND_FACTOR"):
        read_settings(env(tmp_path, QUIZ_SECOND_FACTOR="yes"))


def test_staff_are_signed_out_after_an_hour_or_as_it_is_set(tmp_path):
    assert read_settings(env(tmp_path)).staff_idle_minutes == 60
    assert read_settings(env(tmp_path, QUIZ_STAFF_IDLE_MINUTES="15")).staff_idle_minutes == 15
    with pytest.raises(ConfigError, match="QUIZ_STAFF_IDLE_MINUTES"):
        read_settings(env(tmp_path, QUIZ_STAFF_IDLE_MINUTES="0"))


def test_the_default_database_gets_a_key_of_its_own_that_stays(tmp_path):
    folder = tmp_path / "new"
    first = read_settings(env(folder)).secret_key
    assert len(first) == 64
    assert read_settings(env(folder)).secret_key == first
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_database_that_machines_may_share_needs_the_same_key_on_all(tmp_path):
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        read_settings(env(tmp_path, DATABASE_URL="postgresql+psycopg://quiz@db/quiz"))


def test_an_empty_key_left_by_a_crash_is_made_anew(tmp_path):
    (tmp_path / "secret_key").touch()
    keep_secret_key(tmp_path)
    assert (tmp_path / "secret_key").stat().st_size > 32


def test_keys_of_personal_data_are_long_and_may_be_several(tmp_path):
    env = {"QUIZ_DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    assert read_settings(env).personal_data_keys == ()
    one, other = "a" * 32, "b" * 40
    assert read_settings({**env, "QUIZ_PERSONAL_DATA_KEY": f"{one}, {other}"}).personal_data_keys == (one, other)
    with pytest.raises(ConfigError, match="QUIZ_PERSONAL_DATA_KEY"):
        read_settings({**env, "QUIZ_PERSONAL_DATA_KEY": f"{one},short"})


def test_the_term_of_personal_data_may_be_none(tmp_path):
    env = {"QUIZ_DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    terms = {text: read_settings({**env, "QUIZ_RETENTION_MONTHS": text}).retention_months for text in ("", "0", "24")}
    assert terms == {"": 12, "0": 0, "24": 24}
    with pytest.raises(ConfigError, match="QUIZ_RETENTION_MONTHS"):
        read_settings({**env, "QUIZ_RETENTION_MONTHS": "-1"})
