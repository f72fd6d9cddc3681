"""Keeps everything that anybody is answered, unpacked and with its entities read, so that it can be searched."""

import base64
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from html import unescape

from werkzeug.test import TestResponse

_LARGEST = 20 * 1024 * 1024


@dataclass(frozen=True)
class Told:
    """One answer: who asked what and when in the contest's life, and every byte as text."""

    phase: str
    who: str
    asked: str
    text: str


@dataclass
class Recorder:
    """What was told so far; `phase` is what the contest is in now."""

    phase: str = ""
    told: list[Told] = field(default_factory=list)

    def keep(self, who: str, asked: str, response: TestResponse) -> TestResponse:
        """Remember an answer; its address is no part of what it tells."""
        text = f"{response.status_code}\n{response.headers}\n{unpacked(response)}"
        for name in response.headers.getlist("Set-Cookie"):
            text += "\n" + cookie_text(name.split(";")[0].partition("=")[2])
        path = asked.partition(" ")[2]
        text = text.replace(path, "").replace(path.partition("?")[0], "")
        self.told.append(Told(self.phase, who, asked, text))
        return response

    def where(self, canary: str) -> set[tuple[str, str, str]]:
        """(phase, who, what was asked) of every answer that holds the text."""
        return {(each.phase, each.who, each.asked) for each in self.told if canary in each.text}


def unpacked(response: TestResponse) -> str:
    """The body as text: archives opened, JSON and HTML with their characters as they are read."""
    text = _text(response.get_data())
    if response.mimetype.endswith("json"):
        text += "\n" + json.dumps(response.json, ensure_ascii=False)
    return f"{text}\n{unescape(text)}"


def _text(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert sum(item.file_size for item in archive.infolist()) < _LARGEST
        return "\n".join(f"{item.filename}\n{_text(archive.read(item))}" for item in archive.infolist())


def cookie_text(value: str) -> str:
    """What a cookie of Flask's holds, read as anybody can: no key is needed for that."""
    head = value.lstrip(".").split(".")[0]
    try:
        raw = base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))
        return (zlib.decompress(raw) if value.startswith(".") else raw).decode("utf-8", "replace")
    except (ValueError, zlib.error):
        return value
