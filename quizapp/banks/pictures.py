"""A picture that somebody sent, made anew from its pixels: nothing else that its file held is kept or shown to anybody.

Where and when it was taken, colour profiles, comments, previews, and whatever has been hung on at the end (a page, a
program, an archive) stay outside. What the first bytes say is looked at before anything is decoded, so that a few
bytes cannot ask for gigabytes.
"""

from io import BytesIO
from typing import Any, NamedTuple

from PIL import Image, ImageOps

from quizapp.banks import rules

MAX_SIDE = 4096
MAX_PIXELS = 12_000_000
# A progressive JPEG is drawn in some ten scans; each one that is added costs the work of the whole picture.
_MOST_SCANS = 100
_START_OF_SCAN = b"\xff\xda"
# With more bits or inks than a screen shows, and palettes of which some colours are transparent.
_SHOWN_AS = {"CMYK": "RGB", "YCbCr": "RGB", "LAB": "RGB", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB"}
_BITS_TOO_MANY = ("I", "I;16", "I;16B", "I;16L", "F")


class RefusedPicture(ValueError):
    """A picture that is not taken: the code of the sentence, and the facts for it but the file's name."""

    def __init__(self, code: str, **facts: int) -> None:
        self.code, self.facts = code, dict[str, Any](facts)
        super().__init__(code)


class Cleaned(NamedTuple):
    """What a picture is (its digest is that of the file as it was sent), and the bytes that are shown instead of it."""

    picture: rules.Picture
    data: bytes


def cleaned(data: bytes) -> Cleaned:
    """The picture anew, of the same kind, upright. The same bytes give the same bytes with one version of Pillow.

    Raises RefusedPicture: "not_an_image", "image_of_too_many_pixels" {width, height, side, pixels}, "image_moves",
    "image_broken".
    """
    found = rules.picture_of(data)
    if found is None:
        raise RefusedPicture("not_an_image")
    if max(found.width, found.height) > MAX_SIDE or found.width * found.height > MAX_PIXELS:
        size = {"width": found.width, "height": found.height}
        raise RefusedPicture("image_of_too_many_pixels", **size, side=MAX_SIDE, pixels=MAX_PIXELS)
    try:
        image = _pixels(data, found)
        written = _written(image, found.kind, data)
    except RefusedPicture:
        raise
    except Exception as error:
        # The decoders let through whatever they stumble over: OSError, SyntaxError, struct.error, IndexError, …
        raise RefusedPicture("image_broken") from error
    return Cleaned(found._replace(width=image.width, height=image.height), written)


def _pixels(data: bytes, found: rules.Picture) -> Image.Image:
    """The decoded picture, turned as its camera said, without anything beside the pixels."""
    if found.kind == "jpeg" and data.count(_START_OF_SCAN) > _MOST_SCANS:
        raise RefusedPicture("image_broken")
    with Image.open(BytesIO(data), formats=[found.kind.upper()]) as opened:
        if opened.size != (found.width, found.height):
            raise RefusedPicture("image_broken")
        # Telephones put a small copy behind a JPEG and call it a second frame; it is left out.
        if found.kind != "jpeg" and getattr(opened, "n_frames", 1) > 1:
            raise RefusedPicture("image_moves")
        opened.load()
        image = ImageOps.exif_transpose(opened)
    if image.mode in _BITS_TOO_MANY:
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    has_holes = image.mode in ("P", "RGB", "L") and "transparency" in image.info
    image = image.convert("RGBA" if has_holes else _SHOWN_AS.get(image.mode, image.mode))
    # The writers take comments, profiles and the like from here.
    image.info = {}
    return image


def _written(image: Image.Image, kind: str, data: bytes) -> bytes:
    written = BytesIO()
    if kind == "png":
        image.save(written, "PNG", optimize=True)
    elif kind == "jpeg":
        image.save(written, "JPEG", quality=90, optimize=True)
    else:
        image.save(written, "WEBP", quality=90, lossless=b"VP8L" in data)
    return written.getvalue()
