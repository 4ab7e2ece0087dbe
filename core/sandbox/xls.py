"""A workbook in the old binary format (.xls), with as much of it as readers of values look at."""

import math
import struct
from collections.abc import Iterable, Sequence
from datetime import date

SECTOR, FREE, END, TABLE = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
LEAST_BYTES = 4096
"""A shorter stream would live among the small ones of the container."""
BOOK, SHEET = 0x05, 0x10
FORMATS = (0, 14)
"""Of numbers and of days, by the numbers that every workbook knows."""
DAY_ZERO = date(1899, 12, 30)

Cell = float | str | date | None


def workbook(rows: Sequence[Sequence[Cell]], name: str = "Sheet1") -> bytes:
    """One sheet of numbers, texts and days; None is an empty cell."""
    return container(book(rows, name))


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<2H", kind, len(data)) + data


def text(value: str, count: str = "<H") -> bytes:
    """A text behind its length and a byte that says how wide its characters are."""
    wide = any(ord(one) > 255 for one in value)
    return struct.pack(count, len(value)) + bytes([wide]) + value.encode("utf-16-le" if wide else "latin-1")


def book(rows: Sequence[Sequence[Cell]], name: str) -> bytes:
    """The records of a book with one sheet."""
    texts = sorted({cell for row in rows for cell in row if isinstance(cell, str)})
    shared = record(0xFC, struct.pack("<2I", len(texts), len(texts)) + b"".join(map(text, texts)))
    formats = b"".join(record(0xE0, struct.pack("<2H", 0, number) + bytes(16)) for number in FORMATS)
    begin, sheet_name = start(BOOK) + formats, text(name, "<B")
    at = len(begin) + 4 + 6 + len(sheet_name) + len(shared) + 4
    listed = record(0x85, struct.pack("<IH", at, 0) + sheet_name)
    places = {value: number for number, value in enumerate(texts)}
    return b"".join((begin, listed, shared, record(0x0A, b""), start(SHEET), *cells(rows, places), record(0x0A, b"")))


def start(kind: int) -> bytes:
    return record(0x809, struct.pack("<2H", 0x0600, kind) + bytes(12))


def cells(rows: Sequence[Sequence[Cell]], places: dict[str, int]) -> Iterable[bytes]:
    """A record of each cell that is not empty."""
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                yield record(0xFD, struct.pack("<3HI", at, column, 0, places[value]))
            elif isinstance(value, date):
                yield record(0x203, struct.pack("<3Hd", at, column, 1, (value - DAY_ZERO).days))
            elif value is not None:
                yield record(0x203, struct.pack("<3Hd", at, column, 0, value))


def container(stream: bytes) -> bytes:
    """A file system of sectors with one stream: tables of chains, then the directory, then the stream."""
    size = max(len(stream), LEAST_BYTES)
    count = math.ceil(size / SECTOR)
    tables = next(number for number in range(1, 110) if number * SECTOR // 4 >= number + 1 + count)
    first = tables + 1
    chain = [*range(first + 1, first + count), END]
    follows = [*[TABLE] * tables, END, *chain]
    follows += [FREE] * (tables * SECTOR // 4 - len(follows))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, tables, 0, LEAST_BYTES, END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = entry("Root Entry", 5, END, 0) + entry("Workbook", 2, first, size)
    body = struct.pack(f"<{len(follows)}I", *follows) + entries.ljust(SECTOR, b"\0")
    return head + body + stream.ljust(count * SECTOR, b"\0")


def entry(name: str, kind: int, first: int, size: int) -> bytes:
    """One of a directory's entries."""
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<H2B3I", len(written) + 2, kind, 1, FREE, FREE, FREE)
    return head + bytes(36) + struct.pack("<2I", first, size) + bytes(4)
