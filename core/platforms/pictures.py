"""Texts in pictures, for sources that print a number and nothing else.

Needs Pillow, the extra `ocr`, and the program `tesseract` (of the operating system's packages, as tesseract-ocr): what
calls this must go on without it, or declare `@source(…, extra="ocr")`. A text is read as one line of light letters on
dark ground. What goes wrong: a lone digit may be read as a letter, and a changed layout as nothing at all.
"""

import io
import shutil
import subprocess

from core.errors import MissingExtra, SourceChanged

PROGRAM = "tesseract"
AS_ONE_LINE = ("--psm", "7")
MARGIN_PX = 20
PATIENCE_S = 30

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as parts of a picture's width and height."""


def require_reader() -> None:
    """MissingExtra if texts cannot be read here."""
    try:
        import PIL  # noqa: F401
    except ImportError as err:
        raise MissingExtra("ocr") from err
    if shutil.which(PROGRAM) is None:
        raise MissingExtra("ocr")


def line(content: bytes, box: Box) -> str:
    """The line of text in a part of a picture; SourceChanged if it is no picture."""
    require_reader()
    try:
        done = subprocess.run(
            (PROGRAM, "stdin", "stdout", *AS_ONE_LINE), input=part(content, box), capture_output=True,
            timeout=PATIENCE_S, check=True)
    except (OSError, subprocess.SubprocessError) as err:
        raise SourceChanged(f"The text of a picture could not be read: {type(err).__name__}.") from err
    return done.stdout.decode("utf-8", "replace").strip()


def part(content: bytes, box: Box) -> bytes:
    """A part of a picture as a PNG of dark letters on white, with a margin."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content)) as picture:
            plain = picture.convert("RGB").convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as err:
        raise SourceChanged(f"The answer is not a picture: it begins {content[:40]!r}.") from err
    width, height = plain.size
    left, top, right, bottom = box
    cut = plain.crop((round(left * width), round(top * height), round(right * width), round(bottom * height)))
    readable = ImageOps.expand(ImageOps.autocontrast(ImageOps.invert(cut)), MARGIN_PX, fill=255)
    written = io.BytesIO()
    readable.save(written, "PNG")
    return written.getvalue()
