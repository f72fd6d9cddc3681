"""Pictures of a few bytes, and a contest whose questions have some."""

import struct
import zlib
from datetime import datetime
from io import BytesIO
from typing import Any

import yaml
from PIL import Image

from quizapp.banks import service as banks
from quizapp.banks.pictures import cleaned
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from tests import factories

# WebP is three formats in one.
FORMATS = ("png", "webp-lossy", "webp-lossless", "webp-extended", "jpeg")


def png(width: int = 3, height: int = 2, shade: int = 128) -> bytes:
    """A whole grey PNG."""
    rows = (b"\0" + bytes([shade]) * width) * height
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in [*chunks, (b"IEND", b"")]
    )


def drawn(kind: str, width: int = 5, height: int = 4, *, mode: str = "RGB", **options: Any) -> bytes:
    """A whole picture (`kind` as the product names it), darker on its left half; `options` as for Pillow's `save`."""
    image = Image.new(mode, (width, height), "white")
    image.paste("black", (0, 0, width // 2, height))
    written = BytesIO()
    image.save(written, kind.upper(), **options)
    return written.getvalue()


def shown(data: bytes) -> bytes:
    """What the product shows of a picture that was sent."""
    return cleaned(data).data


def header(kind: str, width: int, height: int) -> bytes:
    """How a picture of one of FORMATS begins, as far as its size."""
    if kind == "png":
        return png(1, 1)[:16] + struct.pack(">II", width, height)
    if kind == "jpeg":
        return jpeg(width, height)
    if kind == "webp-lossy":
        chunk = b"VP8 \0\0\0\0\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    elif kind == "webp-lossless":
        chunk = b"VP8L\0\0\0\0\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14 | 1 << 28)
    else:
        chunk = b"VP8X\0\0\0\0\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\1\0\0WEBP" + chunk


def jpeg(width: int, height: int, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    """The beginning of a JPEG: a comment that looks like a frame, `before`, and the first frame."""
    comment = b"\xff\xfe" + struct.pack(">H", 11) + b"\xff\xc0\0\x11\x08\0\1\0\1"
    return b"\xff\xd8" + comment + before + struct.pack(">BBHBHH", 0xFF, frame, 17, 8, height, width) + bytes(10)


def bank_yaml(slug: str = "anh", name: str = "ban-do.png", alt: str = "Bản đồ huyện Thử") -> bytes:
    """A bank of two questions; the first has a picture."""
    data = yaml.safe_load(factories.bank_yaml(slug, 2))
    data["questions"][0] |= {"image": name, "image_alt": alt}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


def make_bank(now: datetime, picture: bytes) -> None:
    """Import `bank_yaml` with the picture beside it."""
    with transaction():
        banks.import_bank(bank_yaml(), name="anh.yaml", actor="test", now=now, read_image={"ban-do.png": picture}.get)


def make_contest(now: datetime, picture: bytes) -> ContestInfo:
    """A launched contest of the two questions."""
    make_bank(now, picture)
    paper = {"mode": "fixed", "questions": ["anh/anh-001", "anh/anh-002"], "points": 10}
    return factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper)])
