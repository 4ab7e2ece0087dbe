"""ENTSO-E's documents: periods that no reader should follow."""

import pytest

from core.errors import SourceChanged
from core.platforms import entsoe

PERIOD = """<GL_MarketDocument><TimeSeries><curveType>{curve}</curveType><MktPSRType><psrType>B16</psrType></MktPSRType>
<Period><timeInterval><start>2026-03-10T00:00Z</start><end>{end}</end></timeInterval><resolution>{resolution}</resolution>
<Point><position>{position}</position><quantity>5</quantity></Point></Period></TimeSeries></GL_MarketDocument>"""


def document(
    position: int = 1, end: str = "2026-03-10T03:00Z", resolution: str = "PT60M", curve: str = "A03"
) -> bytes:
    return PERIOD.format(position=position, end=end, resolution=resolution, curve=curve).encode()


def test_a_point_holds_until_the_end_of_its_period() -> None:
    (one,) = entsoe.series(document(position=2))
    assert [(f"{point.start:%H:%M}", f"{point.end:%H:%M}", point.value) for point in one.points] == [
        ("01:00", "02:00", 5.0), ("02:00", "03:00", 5.0)]


def test_a_point_after_the_end_counts_where_it_stands() -> None:
    (one,) = entsoe.series(document(position=5, curve="A01"))
    assert [f"{point.start:%H:%M}" for point in one.points] == ["04:00"]


@pytest.mark.parametrize("content", [
    document(position=0), document(position=-1), document(position=1_000_000_000),
    document(end="2999-03-10T00:00Z", resolution="PT1M"),
])
def test_steps_that_cannot_be_are_refused_and_cost_nothing(content: bytes) -> None:
    """Ten digits in an answer of 400 bytes must not fill the memory."""
    with pytest.raises(SourceChanged):
        entsoe.series(content)
