"""Typed settings, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SHORTEST_KEY = 32


class ConfigError(RuntimeError):
    """The environment does not allow a safe start; the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one installation and another."""

    data_dir: Path
    database_url: str
    redis_url: str
    secret_key: str
    trusted_hosts: tuple[str, ...]
    https: bool
    # Addresses and networks of the proxies whose X-Forwarded-For is believed.
    trusted_proxies: tuple[str, ...] = ()
    # How many connections one process may have to the database.
    database_connections: int = 10
    # A pooler that gives each transaction another connection (pgbouncer) stands in front of PostgreSQL.
    database_pooler: bool = False
    # The secrets that personal data is sealed with, the newest first; without them `secret_key` is, and it opens too.
    personal_data_keys: tuple[str, ...] = ()
    # So many months after the awards of a contest its personal data is erased; 0 = never by itself.
    retention_months: int = 12
    # Staff without a second factor see nothing until they have one.
    second_factor_required: bool = False
    # After so many minutes without a request staff are signed out.
    staff_idle_minutes: int = 60

    # 64 hexadecimal digits that exported records are signed with; "" = a key derived from the secret key.
    signing_key: str = ""

    @property
    def is_sqlite(self) -> bool:
        """True for the default database, False for PostgreSQL."""
        return self.database_url.startswith("sqlite")

    @property
    def run_dir(self) -> Path:
        """Where the process ids of the running product are written (`*.pid`)."""
        return self.data_dir / "run"


def data_dir_of(env: Mapping[str, str]) -> Path:
    """The folder of everything this installation keeps: `QUIZ_DATA_DIR`, or `var/` beside the package."""
    return Path(env.get("QUIZ_DATA_DIR") or ROOT / "var").resolve()


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from `env` (default: the process's).

    Raises ConfigError when SECRET_KEY is missing beside a database that several machines may share (with the default
    database a key is generated once and kept in `<data dir>/secret_key`), and for a number or a
    word that is none.
    """
    env = os.environ if env is None else env
    data_dir = data_dir_of(env)
    return Settings(
        data_dir=data_dir,
        database_url=env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'quiz.sqlite3'}",
        redis_url=env.get("REDIS_URL") or _embedded_redis_url(data_dir),
        secret_key=_secret_key(env, data_dir),
        trusted_hosts=_words(env.get("QUIZ_TRUSTED_HOSTS", "")),
        https=env.get("QUIZ_HTTPS", "") == "1",
        # The same variable, and the same default, as gunicorn's own.
        trusted_proxies=_words(env.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"),
        database_connections=_count(env, "QUIZ_DB_CONNECTIONS", 10),
        database_pooler=env.get("QUIZ_DB_POOLER", "") == "1",
        personal_data_keys=_personal_data_keys(env),
        signing_key=_signing_key(env),
        retention_months=_count(env, "QUIZ_RETENTION_MONTHS", 12, least=0),
        second_factor_required=_second_factor_required(env),
        staff_idle_minutes=_count(env, "QUIZ_STAFF_IDLE_MINUTES", 60),
    )


def _count(env: Mapping[str, str], name: str, default: int, *, least: int = 1) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdecimal() or int(text) < least:
        raise ConfigError(f"{name} is not a number of at least {least}: {text!r}")
    return int(text)


def _signing_key(env: Mapping[str, str]) -> str:
    key = env.get("QUIZ_SIGNING_KEY", "").strip().lower()
    if key and (len(key) != 64 or set(key) - set("0123456789abcdef")):
        raise ConfigError("QUIZ_SIGNING_KEY is not 64 hexadecimal digits (openssl rand -hex 32)")
    return key


def _personal_data_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    keys = _words(env.get("QUIZ_PERSONAL_DATA_KEY", ""))
    if any(len(key) < _SHORTEST_KEY for key in keys):
        raise ConfigError(f"a key of QUIZ_PERSONAL_DATA_KEY has fewer than {_SHORTEST_KEY} characters")
    return keys


def _second_factor_required(env: Mapping[str, str]) -> bool:
    """As QUIZ_SECOND_FACTOR says; else wherever the product is served over HTTPS, and not in a trial at home."""
    said = env.get("QUIZ_SECOND_FACTOR") or ("required" if env.get("QUIZ_HTTPS", "") == "1" else "optional")
    if said not in ("required", "optional"):
        raise ConfigError(f"QUIZ_SECOND_FACTOR is neither required nor optional: {said!r}")
    return said == "required"


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _embedded_redis_url(data_dir: Path) -> str:
    """Where `make run` keeps its Redis; it leaves the address in a file, since a long path needs a shorter socket."""
    path = data_dir / "run" / "redis.url"
    return path.read_text(encoding="utf-8").strip() if path.is_file() else f"unix://{data_dir / 'run' / 'redis.sock'}"


def _secret_key(env: Mapping[str, str], data_dir: Path) -> str:
    """SECRET_KEY; without one, and with the default database, a key of the data folder's own."""
    if env.get("SECRET_KEY"):
        return env["SECRET_KEY"]
    if env.get("DATABASE_URL") and not (data_dir / "secret_key").is_file():
        raise ConfigError("SECRET_KEY is not set; give all machines of the installation the same long random value")
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_secret_key(data_dir)
    return (data_dir / "secret_key").read_text(encoding="ascii").strip()


def keep_secret_key(path: Path) -> None:
    """Write 256 random bits to `<path>/secret_key` (mode 0600) unless a key is there already."""
    key_path = path / "secret_key"
    if key_path.exists() and key_path.stat().st_size:
        return
    # Written aside first, so that a crash cannot leave an empty key, which would sign sessions for anybody.
    unfinished = path / "secret_key.new"
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(key_path)
