"""A WSGI application that tells what it was asked, and writes it down: `QUIZ_ECHO` names the file."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """One line for each request that has arrived whole."""
    body = environ["wsgi.input"].read()
    told = {
        "method": environ["REQUEST_METHOD"],
        "path": environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"],
        "bytes": len(body),
    }
    line = json.dumps(told)
    with Path(os.environ["QUIZ_ECHO"]).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(line)))])
    return [line.encode()]
