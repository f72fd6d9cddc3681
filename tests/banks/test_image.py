"""What a picture is, told by its bytes."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.banks.rules import Picture, kind_of_name, picture_of
from tests.pictures import FORMATS, header, jpeg, png

SIZE = st.integers(1, 2**14 - 1)


def test_a_picture_is_named_by_its_content() -> None:
    assert picture_of(png(3, 2)) == Picture(hashlib.sha256(png(3, 2)).hexdigest(), "png", 3, 2)


@pytest.mark.parametrize("written", FORMATS)
@given(width=SIZE, height=SIZE, rest=st.binary(max_size=8))
def test_kind_and_size_come_from_the_bytes(written: str, width: int, height: int, rest: bytes) -> None:
    picture = picture_of(header(written, width, height) + rest)
    assert picture is not None
    assert (picture.kind, picture.width, picture.height) == (written.partition("-")[0], width, height)


@pytest.mark.parametrize("frame", [0xC0, 0xC1, 0xC2])
def test_a_jpeg_may_have_anything_before_its_first_frame(frame: int) -> None:
    tables = b"\xff\xc4\0\4\xff\xc0" + b"\xff\xdb\0\2"
    picture = picture_of(jpeg(640, 480, frame=frame, before=tables + b"\xff\xff\xff\xe1\0\3x" + b"\xff"))
    assert picture is not None
    assert (picture.width, picture.height) == (640, 480)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>',
        b"GIF89a\3\0\2\0\0\0\0;",
        b"<script>alert(1)</script>" + png(),
        b"RIFF\0\1\0\0WAVEVP8L\0\0\0\0\x2f\0\0\0\0",
        b"\x89PNG\r\n\x1a\n",
        header("png", 0, 2),
        header("png", 3, 0),
        header("webp-lossy", 0, 2),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\0",
        jpeg(3, 0),
        jpeg(3, 2, before=b"no segment"),
        jpeg(3, 2, frame=0xC4),
    ],
)
def test_other_files_are_no_pictures(data: bytes) -> None:
    assert picture_of(data) is None


@given(st.sampled_from(FORMATS), st.integers(0, 40), st.binary(max_size=60))
def test_a_broken_file_never_crashes(written: str, kept: int, rest: bytes) -> None:
    picture = picture_of(header(written, 7, 5)[:kept] + rest)
    assert picture is None or min(picture.width, picture.height) > 0


def test_the_kind_that_a_name_promises() -> None:
    names = ["a.webp", "a.png", "a.jpg", "a.jpeg", "b.png.jpg"]
    assert [kind_of_name(name) for name in names] == ["webp", "png", "jpeg", "jpeg", "jpeg"]
