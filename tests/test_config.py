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
