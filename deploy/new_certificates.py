#!/usr/bin/env python3
"""Make an authority of the installation's own, and a certificate for each database machine:
`python3 deploy/new_certificates.py deploy/site.env [NAME=VALUE …] --out FOLDER`.

`ca.pem` is for every machine, `ADDRESS.pem` with `ADDRESS-key.pem` for the database machine of that address,
`ca-key.pem` for none; it has to be here for as long as certificates are made. What is there stays: a new machine gets
its own, and a certificate that was deleted is made anew. Needs openssl, 3.0 or later.
"""

import argparse
import ipaddress
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from render import given_values

YEARS = 10
_CONFIGURATION = """[req]
distinguished_name = nobody
[nobody]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[machine]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
"""


def machines(values: Mapping[str, str]) -> dict[str, list[str]]:
    """What each database machine is called: its address, haproxy's before it, and what Patroni on it may say."""
    nodes = [node.strip().split(":")[0] for node in values.get("DB_NODES", "").split(",") if node.strip()]
    return {node: list(dict.fromkeys([node, values["PRIMARY_ADDRESS"], "localhost"])) for node in nodes}


def make(values: Mapping[str, str], out: Path) -> list[Path]:
    """Make what is missing; the certificates made. Keys are their owner's alone from the first byte on."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, made = out / "ca.pem", []
    if not authority.exists():
        made.append(_certificate(authority, "Quizapp", ["-extensions", "authority"], _CONFIGURATION))
    for node, names in machines(values).items():
        path = out / f"{node}.pem"
        if not path.exists():
            signed = ["-extensions", "machine", "-CA", str(authority), "-CAkey", str(_key_of(authority))]
            called = f"subjectAltName = {', '.join(map(_subject, names))}\n"
            made.append(_certificate(path, node, signed, _CONFIGURATION + called))
    return made


def _certificate(path: Path, name: str, options: list[str], configuration: str) -> Path:
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
        file.write(configuration)
        file.flush()
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(_key_of(path))]
        told = ["-subj", f"/CN={name}", "-days", str(YEARS * 365), "-config", file.name, *options]
        command = ["openssl", "req", "-x509", "-sha256", *key, *told, "-out", str(path)]
        subprocess.run(command, check=True, capture_output=True, umask=0o077)  # noqa: S603 - own words
    path.chmod(0o644)
    return path


def _key_of(path: Path) -> Path:
    # The stem of an address would lose its last part.
    return path.with_name(f"{path.name.removesuffix('.pem')}-key.pem")


def _subject(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"


def main() -> int:
    """The exit status: 0 = all are there, 1 = something is missing."""
    parser = argparse.ArgumentParser(description="Make the certificates of the database machines.")
    parser.add_argument("values", nargs="+", help="files of NAME=value lines, and NAME=value")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    try:
        made = make(given_values(asked.values), asked.out)
    except KeyError as name:
        print(f"{name.args[0]} is missing", file=sys.stderr)  # noqa: T201 - a program for a terminal
        return 1
    except subprocess.CalledProcessError as error:
        print("openssl:", error.stderr.decode().strip(), file=sys.stderr)  # noqa: T201
        return 1
    print(*made, sep="\n")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
