#!/usr/bin/env python3
"""Fill the templates in: `python3 deploy/render.py VALUES.env [SECRETS.env …] [NAME=VALUE …] --out FOLDER`.

What stands in a later file or argument wins. `@NAME@` in a template is the value of NAME, or what `derived` makes of
the lists of nodes. Needs nothing but Python, so that it runs on any machine before the product is there.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

TEMPLATES = Path(__file__).resolve().parent / "templates"
_PLACE = re.compile(r"@([A-Z][A-Z0-9_]*)@")
# Where Patroni keeps its note of who is the primary.
_IN_ETCD = "etcd3:\n  hosts: {}"
_IN_KUBERNETES = """kubernetes:
  use_endpoints: true
  labels: {app: quizapp-database}
  ports: [{name: postgresql, port: 5432}]"""
_SECRET = ("PASSWORD", "SECRET_KEY", "PERSONAL_DATA_KEY", "SIGNING_KEY")
# Templates that are written only where a value is not empty.
_ONLY_WITH = {"rsyslog.conf": "LOG_HOST"}


class Missing(LookupError):
    """A template asks for a value that nobody has given."""


class TooOpen(PermissionError):
    """Files with secrets would stand where everybody on this machine can read them."""


def read_values(text: str) -> dict[str, str]:
    """`NAME=value` lines; empty lines and lines that begin with # say nothing. ValueError for any other line."""
    values = {}
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise ValueError(f"not NAME=value: {line!r}")
        values[name.strip()] = value.strip()
    return values


def given_values(given: Iterable[str]) -> dict[str, str]:
    """What files of NAME=value lines and single NAME=value say; the last one wins."""
    values: dict[str, str] = {}
    for each in given:
        values |= read_values(each if "=" in each else Path(each).read_text(encoding="utf-8"))
    return values


def derived(values: Mapping[str, str]) -> dict[str, str]:
    """What the templates need of the lists of nodes: a line for each, in the form that each program reads."""
    databases = [node.split(":") for node in _list(values, "DB_NODES")]
    networks = _list(values, "PRIVATE_NETWORKS")
    host = "hostssl" if _has_tls(values) else "host"
    return {
        **_database_tls(values),
        "WEB_SERVERS": _lines("server {} max_fails=3 fail_timeout=5s;", _list(values, "WEB_NODES"), 8),
        "STAFF_SERVERS": _lines("server {} max_fails=3 fail_timeout=5s;", _list(values, "STAFF_NODES"), 8),
        "FRONT_PROXIES": _lines("set_real_ip_from {};", _list(values, "FRONT_NETWORKS"), 4),
        "ALLOW_PRIVATE": _lines("allow {};", networks, 8),
        "DB_SERVERS": _lines(
            "server {}",
            [f"db{i} {host}:{port} check port {rest}" for i, (host, port, rest) in enumerate(databases, 1)],
            4,
        ),
        "DB_HBA": _lines(
            "- {}",
            [
                f"{host} {database} {user} {network} scram-sha-256"
                for network in networks
                for database, user in (
                    ("quiz", "quiz"),
                    ("quiz", "quiz_app"),
                    ("replication", "replicator"),
                    ("postgres", "postgres"),
                )
            ],
            8,
        ),
        "DB_STORE": _IN_ETCD.format(values["ETCD_HOSTS"]) if values.get("ETCD_HOSTS") else _IN_KUBERNETES,
        "REDIS_URL": "redis+cluster://:{}@{}".format(
            quote(values.get("REDIS_PASSWORD", ""), safe=""), ",".join(_list(values, "REDIS_NODES"))
        ),
        "REDIS_WORDS": " ".join(_list(values, "REDIS_NODES")),
        "FORWARDED_ALLOW_IPS": ",".join(["127.0.0.1", "::1", *networks]),
    }


def _has_tls(values: Mapping[str, str]) -> bool:
    return values.get("DB_TLS") == "on"


def _database_tls(values: Mapping[str, str]) -> dict[str, str]:
    """What PostgreSQL shows, and what those who connect to it ask to see. Raises Missing."""
    if not _has_tls(values):
        off = "server_tls_sslmode = disable"
        return {"DB_TLS_CLIENT": "sslmode: prefer", "DB_TLS_SERVER": 'ssl: "off"', "POOL_TLS": off}
    try:
        authority, certificate, key = (values[name] for name in ("DB_CA", "DB_CERTIFICATE", "DB_KEY"))
    except KeyError as name:
        raise Missing(f"DB_TLS=on asks for {name.args[0]}") from None
    shown = ['ssl: "on"', f"ssl_cert_file: {certificate}", f"ssl_key_file: {key}"]
    return {
        "DB_TLS_CLIENT": _lines("{}", ["sslmode: verify-full", f"sslrootcert: {authority}"], 6),
        "DB_TLS_SERVER": _lines("{}", shown, 4),
        "POOL_TLS": f"server_tls_sslmode = verify-full\nserver_tls_ca_file = {authority}",
    }


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its places filled. Raises Missing."""

    def value_of(place: re.Match[str]) -> str:
        try:
            return values[place[1]]
        except KeyError:
            raise Missing(place[1]) from None

    return _PLACE.sub(value_of, template)


def render(values: Mapping[str, str], out: Path, *, for_containers: bool = False) -> list[Path]:
    """Write every template that is wanted, filled, into `out`; those with secrets for their owner's and group's eyes.

    `for_containers`: everybody in a container may read them, so it is the folder above that must be closed.
    Raises Missing, TooOpen.
    """
    known = {**values, **derived(values)}
    out.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if for_containers else 0o755)
    if for_containers and out.parent.stat().st_mode & 0o077:
        raise TooOpen(f"{out.parent} is open to others: chmod 700 {out.parent}")
    out.mkdir(exist_ok=True)
    # All are filled before the first is written: where a value is missing, what runs here keeps its files.
    ready = [(out / template.name, *_filled(template, known)) for template in sorted(TEMPLATES.iterdir())]
    written = []
    for path, text, is_secret in ready:
        path.unlink(missing_ok=True)
        if text is None:
            continue
        mode = 0o640 if is_secret and not for_containers else 0o644
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
            file.write(text)
        written.append(path)
    return written


def _filled(template: Path, known: Mapping[str, str]) -> tuple[str | None, bool]:
    """The text of the file, None where it is not wanted; and whether a secret stands in it. Raises Missing."""
    wanted = _ONLY_WITH.get(template.name)
    if wanted and not known.get(wanted):
        return None, False
    text = template.read_text(encoding="utf-8")
    is_secret = any(word in place for place in _PLACE.findall(text) for word in (*_SECRET, "REDIS_URL"))
    try:
        return fill(text, known), is_secret
    except Missing as missing:
        raise Missing(f"{template.name} asks for {missing}") from None


def _list(values: Mapping[str, str], name: str) -> list[str]:
    return [item.strip() for item in values.get(name, "").split(",") if item.strip()]


def _lines(form: str, items: list[str], indent: int) -> str:
    """One line an item; the first stands where the place stood."""
    return ("\n" + " " * indent).join(form.format(item) for item in items)


def main() -> int:
    """The exit status: 0 = written, 1 = something is missing."""
    parser = argparse.ArgumentParser(description="Fill the templates of deploy/ in.")
    parser.add_argument("values", nargs="+", help="files of NAME=value lines, and NAME=value")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--for-containers", action="store_true", help="files that any user inside may read")
    asked = parser.parse_args()
    try:
        written = render(given_values(asked.values), asked.out, for_containers=asked.for_containers)
    except (Missing, TooOpen) as reason:
        print(reason, file=sys.stderr)  # noqa: T201 - a program for a terminal
        return 1
    print(*written, sep="\n")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
