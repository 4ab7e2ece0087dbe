"""What the tests of files share."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files are, without the store of SQLite."""
    made = tmp_path / "data"
    made.mkdir()
    return made
