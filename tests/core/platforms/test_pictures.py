import io
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from core.errors import MissingExtra, SourceChanged
from core.platforms import pictures

BOX = (0.5, 0.5, 1.0, 0.75)


def picture(text: str = "", size: tuple[int, int] = (1200, 400)) -> bytes:
    """Green on black, in the lower right."""
    drawn = Image.new("RGB", size, "black")
    place = size[0] * 0.52, size[1] * 0.55
    ImageDraw.Draw(drawn).text(place, text, fill=(0, 220, 0), font=ImageFont.load_default(48))
    written = io.BytesIO()
    drawn.convert("P").save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """In the place of tesseract: keeps what it is given, and reads ` 12.5 MW `."""
    path = tmp_path / "tesseract"
    path.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\n/bin/cat > {tmp_path}/given.png\necho " 12.5 MW "\n')
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return path


def test_a_part_is_dark_on_white_with_a_margin() -> None:
    """A quarter of 1200 by 400, half as high: 600 by 100, and 20 on each side."""
    with Image.open(io.BytesIO(pictures.part(picture("12.5"), BOX))) as found:
        assert (found.mode, found.size) == ("L", (640, 140))
        assert found.getpixel((5, 5)) == found.getpixel((600, 120)) == 255
        assert found.getextrema() == (0, 255), "green is as dark as can be"


def test_the_part_goes_to_the_program(program: Path) -> None:
    assert pictures.line(picture("12.5"), BOX) == "12.5 MW"
    assert (program.parent / "said").read_text() == "stdin stdout --psm 7\n"
    assert (program.parent / "given.png").read_bytes() == pictures.part(picture("12.5"), BOX)


def test_without_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtra, match="ocr"):
        pictures.line(picture(), BOX)


@pytest.mark.parametrize("content", [b"<html>busy</html>", b"", picture("12.5")[:200]])
def test_what_is_no_picture(program: Path, content: bytes) -> None:
    with pytest.raises(SourceChanged, match="not a picture"):
        pictures.line(content, BOX)


def test_a_program_that_fails(program: Path) -> None:
    program.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(SourceChanged, match="could not be read"):
        pictures.line(picture("12.5"), BOX)


@pytest.mark.skipif(shutil.which(pictures.PROGRAM) is None, reason="tesseract is not installed")
def test_a_text_is_read() -> None:
    assert "412.75" in pictures.line(picture("PV: 412.75MWac"), BOX)
