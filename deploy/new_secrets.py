#!/usr/bin/env python3
"""Make the secrets of an installation: `python3 deploy/new_secrets.py deploy/secrets.env`.

The file gets a random value for each name of secrets.env.example that it lacks, so that after a new version the same
command adds what is new. What stands in it stays. Needs nothing but Python.
"""

import os
import secrets
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent / "secrets.env.example"
_BYTES = 32


def missing(example: str, there: str) -> list[str]:
    """The names of the example that have no value there."""
    given = {name for name, _, value in map(_parts, there.splitlines()) if value.strip()}
    return [name for name, equals, _ in map(_parts, example.splitlines()) if equals and name not in given]


def _parts(line: str) -> tuple[str, str, str]:
    return ("", "", "") if line.lstrip().startswith("#") else line.partition("=")


def complete(path: Path, example: str) -> list[str]:
    """Add to the file what it lacks; the names. It is closed to everybody else before anything is written."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        there = file.read()
        added = missing(example, there)
        file.write("\n" if there and not there.endswith("\n") else "")
        file.writelines(f"{name}={secrets.token_hex(_BYTES)}\n" for name in added)
    return added


def main() -> int:
    """The exit status."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)  # noqa: T201 - a program for a terminal
        return 2
    print(*complete(Path(sys.argv[1]), EXAMPLE.read_text(encoding="utf-8")), sep="\n")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
