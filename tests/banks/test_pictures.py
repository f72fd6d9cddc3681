"""Pictures are made anew from their pixels, and what would cost too much is refused before it is decoded."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from quizapp.banks.pictures import MAX_PIXELS, MAX_SIDE, RefusedPicture, cleaned
from quizapp.banks.rules import picture_of
from quizapp.config import ROOT
from tests.pictures import FORMATS, drawn, header, png

KINDS = ("png", "jpeg", "webp")
SECRET = b"10.762622N 106.660172E Nguyen Van Mau"
PAGE = b"<html><script>alert(1)</script>"
# What Pillow tells of a file that says nothing of its own.
OF_THE_FORMAT = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}
REFUSALS = {"not_an_image", "image_of_too_many_pixels", "image_moves", "image_broken"}


def exif(**tags: object) -> Image.Exif:
    found = Image.Exif()
    found[0x010E] = SECRET.decode()  # what the picture shows
    found.get_ifd(0x8825)[29] = SECRET.decode()  # beside the coordinates
    for tag, value in tags.items():
        found[{"orientation": 0x0112}[tag]] = value
    return found


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(RefusedPicture) as refused:
        cleaned(data)
    return refused.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_holds_the_pixels_and_nothing_else(kind: str) -> None:
    told = {"exif": exif(), "icc_profile": b"\0" * 128 + SECRET, "comment": SECRET}
    if kind == "png":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("Comment", SECRET.decode())
        told["pnginfo"] = text
    if kind == "webp":
        told |= {"lossless": True, "xmp": SECRET}
    sent = drawn(kind, 64, 48, **told) + PAGE
    assert sent.count(SECRET) >= 2
    shown = cleaned(sent)
    assert SECRET not in shown.data
    assert PAGE not in shown.data
    image = opened(shown.data)
    assert set(image.info) <= OF_THE_FORMAT
    assert not image.getexif()
    assert (shown.picture.kind, image.size) == (kind, (64, 48))
    assert opened(sent).convert("L").getpixel((8, 8)) == pytest.approx(image.convert("L").getpixel((8, 8)), abs=3)
    assert opened(sent).convert("L").getpixel((56, 8)) == pytest.approx(image.convert("L").getpixel((56, 8)), abs=3)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_taken_again_and_stays_the_same_size(kind: str) -> None:
    once = cleaned(drawn(kind, 31, 17))
    again = cleaned(once.data)
    assert again.picture[1:] == once.picture[1:] == (kind, 31, 17)
    assert cleaned(drawn(kind, 31, 17)) == once
    assert picture_of(once.data)[1:] == once.picture[1:]


def test_a_telephones_picture_stays_upright_without_its_note_which_way_is_up() -> None:
    """Turned by a quarter: what was the left half is now above."""
    shown = cleaned(drawn("jpeg", 64, 32, exif=exif(orientation=6)))
    image = opened(shown.data).convert("L")
    assert (shown.picture.width, shown.picture.height) == image.size == (32, 64)
    assert image.getpixel((16, 8)) < 40
    assert image.getpixel((16, 56)) > 215


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"),
    [
        ("png", "1", "1"),
        ("png", "L", "L"),
        ("png", "LA", "LA"),
        ("png", "P", "P"),
        ("png", "RGBA", "RGBA"),
        ("png", "I;16", "L"),
        ("jpeg", "L", "L"),
        ("jpeg", "CMYK", "RGB"),
        ("webp", "L", "RGB"),
    ],
)
def test_all_that_a_drawing_program_writes_is_read(kind: str, mode: str, becomes: str) -> None:
    half = Image.new("L", (8, 8), 0)
    half.paste(255, (4, 0, 8, 8))
    deep = Image.frombytes("I;16", (8, 8), b"".join(struct.pack("<H", 257 * level) for level in half.tobytes()))
    image = deep if mode == "I;16" else half.convert(mode)
    written = BytesIO()
    image.save(written, kind.upper())
    shown = opened(cleaned(written.getvalue()).data)
    assert shown.mode == becomes
    dark, light = (shown.convert("RGB").convert("L").getpixel((x, 4)) for x in (1, 6))
    assert (dark < 10, light > 245) == (True, True)


def test_a_transparent_colour_of_a_palette_stays_transparent() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 1)
    written = BytesIO()
    image.save(written, "PNG", transparency=0)
    shown = opened(cleaned(written.getvalue()).data)
    assert (shown.getpixel((3, 3))[3], shown.getpixel((0, 0))) == (0, (0, 0, 255, 255))


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_moving_pictures_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, kind.upper(), save_all=True, append_images=frames[1:])
    assert refusal(written.getvalue()) == "image_moves"


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_breaks_off_is_refused(kind: str) -> None:
    whole = drawn(kind, 200, 200)
    assert {refusal(whole[: len(whole) * part // 10]) for part in range(4, 10)} == {"image_broken"}


@pytest.mark.parametrize("data", [b"", b"GIF89a\3\0\2\0\0\0\0;", b"<svg xmlns='http://www.w3.org/2000/svg'/>", PAGE])
def test_what_is_no_picture_is_refused_by_its_content(data: bytes) -> None:
    assert refusal(data) == "not_an_image"


def test_a_page_that_begins_like_a_picture_is_refused() -> None:
    assert refusal(png()[:24] + PAGE) == "image_broken"


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(("width", "height"), [(MAX_SIDE + 1, 1), (1, MAX_SIDE + 1), (4000, MAX_PIXELS // 4000 + 1)])
def test_a_picture_larger_than_a_screen_needs_is_refused_by_its_first_bytes(kind: str, width: int, height: int) -> None:
    assert refusal(header(kind, width, height)) == "image_of_too_many_pixels"


def test_the_largest_picture_is_taken() -> None:
    shown = cleaned(png(4000, MAX_PIXELS // 4000))
    assert shown.picture.width * shown.picture.height == MAX_PIXELS


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    whole = drawn("jpeg", 64, 64, progressive=True)
    scan = whole.rindex(b"\xff\xda")
    assert refusal(whole[:scan] + whole[scan:-2] * 200 + whole[-2:]) == "image_broken"


BOMBS = """
import resource, struct, sys, zlib
from quizapp.banks.pictures import RefusedPicture, cleaned

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

def png(width, height, *chunks):
    size = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\\x89PNG\\r\\n\\x1a\\n" + size + b"".join(chunks) + chunk(b"IEND", b"")

squeezer = zlib.compressobj(9)
zeros = b"".join(squeezer.compress(bytes(1_000_000)) for _ in range(200)) + squeezer.flush()
cleaned(png(8, 8, chunk(b"IDAT", zlib.compress((b"\\0" + bytes(24)) * 8))))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
bombs = [
    png(50_000, 50_000, chunk(b"IDAT", zeros)),
    png(8, 8, chunk(b"iCCP", b"a\\0\\0" + zeros), chunk(b"IDAT", b"")),
    png(8, 8, chunk(b"zTXt", b"a\\0\\0" + zeros), chunk(b"IDAT", b"")),
    png(8, 8, chunk(b"iTXt", b"a\\0\\1\\0\\0\\0" + zeros), chunk(b"IDAT", b"")),
    png(8, 8, chunk(b"IDAT", zeros)),
]
for bomb in bombs:
    try:
        cleaned(bomb)
        print("taken")
    except RefusedPicture as refused:
        print(refused.code)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_bombs_are_refused_with_little_memory() -> None:
    """In a process of its own, whose memory at its highest can be asked for: a picture of 7.5 GB, and 200 MB behind
    each part that a decoder would inflate. Of the last one no more is inflated than its size says."""
    ended = subprocess.run([sys.executable, "-c", BOMBS], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert ended.stderr == ""
    *codes, more = ended.stdout.split()
    assert codes[0] == "image_of_too_many_pixels"
    assert set(codes[1:4]) <= {"image_broken", "taken"}
    assert codes[4] in ("image_broken", "taken")
    assert int(more) < 50


@settings(max_examples=200)
@given(st.sampled_from(KINDS), st.data())
def test_a_damaged_picture_is_shown_or_refused(kind: str, data: st.DataObject) -> None:
    sent = bytearray(drawn(kind, 24, 24))
    for at in data.draw(st.lists(st.integers(0, len(sent) - 1), max_size=5)):
        sent[at] = data.draw(st.integers(0, 255))
    shown, code = None, ""
    try:
        shown = cleaned(bytes(sent))
    except RefusedPicture as refused:
        code = refused.code
    if shown is None:
        assert code in REFUSALS
    else:
        assert opened(shown.data).size == (shown.picture.width, shown.picture.height)


def test_checksums_of_the_test_pictures_are_right() -> None:
    """Otherwise the refusals above would prove nothing."""
    assert zlib.crc32(b"IEND").to_bytes(4, "big") == png()[-4:]
    assert cleaned(png()).picture == picture_of(png())
