"""A question's picture: what its first bytes say of it. Nothing is decoded, and the file's name is not believed."""

import hashlib
import re
from dataclasses import dataclass
from typing import NamedTuple

MAX_IMAGE_BYTES = 512 * 1024

_PNG = re.compile(rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR(.{4})(.{4})", re.DOTALL)
# Lossy, lossless, and extended (transparent, animated) files each write their size in another way.
_WEBP_LOSSY = re.compile(rb"RIFF.{4}WEBPVP8 .{7}\x9d\x01\x2a(..)(..)", re.DOTALL)
_WEBP_LOSSLESS = re.compile(rb"RIFF.{4}WEBPVP8L.{4}\x2f(.{4})", re.DOTALL)
_WEBP_EXTENDED = re.compile(rb"RIFF.{4}WEBPVP8X.{8}(...)(...)", re.DOTALL)
_JPEG_START = b"\xff\xd8"
# The segments that begin a frame: all from C0 to CF but those of tables and of arithmetic coding.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_14_BITS = (1 << 14) - 1


class Picture(NamedTuple):
    """What a file is: SHA-256 in hexadecimal, `webp`, `png` or `jpeg`, and the size in pixels."""

    digest: str
    kind: str
    width: int
    height: int


@dataclass(frozen=True)
class Image:
    """The picture of a question: its file's name beside the bank file, a description in words, and what it is."""

    name: str
    alt: str
    digest: str
    kind: str
    width: int
    height: int


def picture_of(data: bytes) -> Picture | None:
    """What the bytes of a picture say, or None when they are no WebP, PNG or JPEG."""
    for kind, size in (("png", _png_size(data)), ("webp", _webp_size(data)), ("jpeg", _jpeg_size(data))):
        if size and all(size):
            return Picture(hashlib.sha256(data).hexdigest(), kind, *size)
    return None


def kind_of_name(name: str) -> str:
    """The kind that a file's name promises: "a.jpg" is `jpeg`."""
    extension = name.rpartition(".")[2]
    return "jpeg" if extension == "jpg" else extension


def _png_size(data: bytes) -> tuple[int, int] | None:
    found = _PNG.match(data)
    return (int.from_bytes(found[1], "big"), int.from_bytes(found[2], "big")) if found else None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if found := _WEBP_LOSSY.match(data):
        return int.from_bytes(found[1], "little") & _14_BITS, int.from_bytes(found[2], "little") & _14_BITS
    if found := _WEBP_LOSSLESS.match(data):
        bits = int.from_bytes(found[1], "little")
        return 1 + (bits & _14_BITS), 1 + (bits >> 14 & _14_BITS)
    if found := _WEBP_EXTENDED.match(data):
        return 1 + int.from_bytes(found[1], "little"), 1 + int.from_bytes(found[2], "little")
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """From the first frame; the segments before it (profiles, thumbnails, tables) are stepped over."""
    at = len(_JPEG_START)
    while data.startswith(_JPEG_START) and data[at : at + 1] == b"\xff" and at + 9 <= len(data):
        if data[at + 1] in _JPEG_FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        # A marker may be padded with bytes of FF.
        at += 1 if data[at + 1] == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
