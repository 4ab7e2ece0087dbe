"""What core.http reads out of an answer's body: JSON, XML, text, archives; and what it refuses."""

import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import requests

from core import http
from core.errors import Blocked, NoData, SourceChanged, SourceError
from core.http import Patience
from tests.support_http import Answer, Source, source

__all__ = ["source"]

SECRET = "s3cret-t0ken"


@pytest.fixture
def session() -> Iterator[http.Session]:
    with http.session(patience=Patience(backoff_s=0)) as made:
        yield made


class TestJson:
    @pytest.mark.parametrize(("body", "headers"), [
        (b'{"name": "\xc3\x85land"}', {}),
        (b'{"name": "\xc3\x85land"}', {"Content-Type": "text/html"}),
        (b'\xef\xbb\xbf{"name": "\xc3\x85land"}', {"Content-Type": "application/json; charset=utf-8"}),
        ('{"name": "Åland"}'.encode("utf-16"), {}),
        ('{"name": "Åland"}'.encode("latin-1"), {"Content-Type": "application/json; charset=iso-8859-1"}),
    ])
    def test_it_is_read(
        self, source: Source, session: http.Session, body: bytes, headers: dict[str, str]
    ) -> None:
        answer = http.get(session, source.script("/", Answer(body, headers=headers)))
        assert http.body_json(answer) == {"name": "Åland"}

    @pytest.mark.parametrize(("body", "error", "says"), [
        (b"<html><title>Maintenance</title></html>", SourceChanged, "Maintenance"),
        (b'{"cut": [1, 2', SourceChanged, "JSON"),
        (b"\x89PNG\r\n\xff\xfe", SourceChanged, "JSON"),
        (b'<html><script src="https://cdnjs.cloudflare.com/jquery.js"></script>Error</html>', SourceChanged, "JSON"),
        (b"<html><title>Just a moment...</title></html>", Blocked, "bot wall"),
        (b"<html>Attention Required! | Cloudflare</html>", Blocked, "bot wall"),
        (b"<html>Please solve this CAPTCHA</html>", Blocked, "bot wall"),
        (b"", NoData, "empty"),
        (b" \r\n\t", NoData, "empty"),
    ])
    def test_it_is_something_else(
        self, source: Source, session: http.Session, body: bytes, error: type[SourceError], says: str
    ) -> None:
        answer = http.get(session, source.script("/", Answer(body, headers={"Content-Type": "application/json"})))
        with pytest.raises(error, match=says) as caught:
            http.body_json(answer)
        assert "127.0.0.1" in str(caught.value)


class TestXml:
    def test_namespaces_comments_and_instructions_are_dropped(self) -> None:
        root = http.body_xml(
            b'<?xml version="1.0"?><?style x?><a:load xmlns:a="urn:x" xmlns="urn:y"><!-- c --><?pi?>'
            b'<mw unit="MW" a:sign="+">12.5</mw><a:mw>7</a:mw></a:load>'
        )
        assert [root.tag, *(child.tag for child in root)] == ["load", "mw", "mw"]
        assert [one.text for one in root.iterfind("mw")] == ["12.5", "7"]
        assert root[0].get("unit") == "MW"

    @pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-16", "windows-1252"])
    def test_text_is_not_decoded_twice(self, encoding: str) -> None:
        text = f'<?xml version="1.0" encoding="{encoding}"?><a>Åland &amp; €</a>'
        assert http.body_xml(text).text == "Åland & €"

    def test_bytes_are_decoded_as_they_declare(self) -> None:
        assert http.body_xml('<?xml version="1.0" encoding="cp1252"?><a>Å€</a>'.encode("cp1252")).text == "Å€"

    @pytest.mark.parametrize("content", ["", "  \n", b"", b"\r\n "])
    def test_empty(self, content: str | bytes) -> None:
        with pytest.raises(NoData):
            http.body_xml(content)

    @pytest.mark.parametrize("content", [
        b"<a><b></a>", b"{}", b"\xff\xfe\x00", "<a>1&nbsp;2</a>", b"<a>", "<!DOCTYPE html><p>",
    ])
    def test_not_xml(self, content: str | bytes) -> None:
        with pytest.raises(SourceChanged, match="XML"):
            http.body_xml(content)

    def test_a_bot_wall(self) -> None:
        with pytest.raises(Blocked, match="bot wall"):
            http.body_xml(b"<html><title>Access Denied</title><br></html>")

    @pytest.mark.parametrize("use", ["<a>&l8;</a>", '<a x="&l8;"/>'])
    def test_a_billion_laughs_are_not_laughed(self, use: str) -> None:
        levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
        began = time.perf_counter()
        with pytest.raises(SourceChanged):
            http.body_xml(f'<!DOCTYPE a [<!ENTITY l0 "laugh">{levels}]>{use}')
        assert time.perf_counter() - began < 1

    @pytest.mark.parametrize("document", [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "{there}">]><a>1&x;2</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "{there}">]><a b="&x;"/>',
        '<!DOCTYPE a SYSTEM "{there}"><a>1&x;2</a>',
        '<!DOCTYPE a [<!ENTITY x "0">]><a>1&x;2</a>',
    ])
    def test_entities_are_refused_and_nothing_is_loaded(self, source: Source, tmp_path: Path, document: str) -> None:
        """Left as they are they would cut the number 102 to 1."""
        (tmp_path / "secret").write_text(SECRET)
        for there in (f"file://{tmp_path}/secret", source.url):
            with pytest.raises(SourceChanged) as caught:
                http.body_xml(document.format(there=there))
            assert SECRET not in str(caught.value)
        assert source.asked == []

    def test_nothing_is_loaded_for_a_parameter_entity(self, source: Source) -> None:
        document = f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{source.url}"> %x;]><a>1</a>'
        assert http.body_xml(document).text == "1"
        assert source.asked == []


def answer(content: bytes) -> requests.Response:
    made = requests.Response()
    made._content, made.url, made.status_code = content, "https://example.org/a.zip", 200
    return made


def archive(**files: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
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


def test_all_files_of_an_archive() -> None:
    assert http.body_zip_files(answer(archive(one="1", two="2"))) == {"one.csv": b"1", "two.csv": b"2"}
    with pytest.raises(SourceChanged, match="ZIP"):
        http.body_zip_files(answer(b"<html>not today</html>"))


def test_what_is_no_json_can_be_mended() -> None:
    def quoted(text: str) -> str:
        return text.replace("rows:", '"rows":')

    assert http.body_json(answer('{"at":"Åland",rows:[]}'.encode()), quoted) == {"at": "Åland", "rows": []}
    with pytest.raises(Blocked):
        http.body_json(answer(b"<html>Access Denied</html>"), quoted)


def test_a_damaged_archive_is_a_change() -> None:
    good = archive(one="power " * 200)
    for place in range(38, 50):  # inside the compressed data
        with pytest.raises(SourceChanged, match="ZIP"):
            http.body_zip(answer(good[:place] + b"\xff" + good[place + 1 :]))


def test_plain_text_is_utf8_and_no_page() -> None:
    assert http.body_text(answer("\ufeffTime,Größe\n".encode())) == "Time,Größe\n"
    with pytest.raises(NoData):
        http.body_text(answer(b" \r\n"))
    with pytest.raises(SourceChanged, match="plain text"):
        http.body_text(answer(b"\n<!DOCTYPE html><html>busy</html>"))
    with pytest.raises(Blocked):
        http.body_text(answer(b"<html>Access Denied</html>"))
