import zipfile
from io import BytesIO

import pytest
import requests

from core import http
from core.errors import NoData, SourceChanged


def answer(content: bytes) -> requests.Response:
    made = requests.Response()
    made._content, made.url, made.status_code = content, "https://example.org/a.zip", 200
    return made


def archive(**files: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, text in files.items():
            made.writestr(f"{name}.csv", text)
    return content.getvalue()


def test_a_file_of_an_archive_is_named_or_the_only_one() -> None:
    assert http.body_zip(answer(archive(one="1", two="2")), "two.csv") == b"2"
    assert http.body_zip(answer(archive(one="1"))) == b"1"


def test_an_archive_without_the_file_is_no_data_and_a_page_is_a_change() -> None:
    with pytest.raises(NoData, match=r"three\.csv"):
        http.body_zip(answer(archive(one="1")), "three.csv")
    with pytest.raises(SourceChanged, match="2 files"):
        http.body_zip(answer(archive(one="1", two="2")))
    with pytest.raises(SourceChanged, match="ZIP"):
        http.body_zip(answer(b"<html>not today</html>"))
