from datetime import date

import pytest

from core import times
from core.errors import NoData, SourceChanged
from core.platforms import eco2mix


def xml(inner: str) -> bytes:
    return f"<liste><jour date='2026-03-10'>{inner}</jour></liste>".encode()


SERIES = "<type v='Gaz' perimetre='FR' granularite='{}'><valeur periode='0'>{}</valeur></type>"


def test_values_carry_series_area_and_moments_of_the_french_clock() -> None:
    (one,) = eco2mix.read(xml(SERIES.format("Global", "12.5")), minutes=15)
    assert (one.series, one.area, one.value) == ("Gaz", "FR", 12.5)
    assert one.start.isoformat() == "2026-03-09T23:00:00+00:00", "midnight in Paris in winter"
    assert one.end == times.shift(one.start, minutes=15)


@pytest.mark.parametrize("missing", ["ND", "-", ""])
def test_words_for_missing_are_none(missing: str) -> None:
    assert eco2mix.read(xml(SERIES.format("Global", missing)))[0].value is None


def test_other_granularities_are_left_out() -> None:
    with pytest.raises(NoData):
        eco2mix.read(xml(SERIES.format("Base", "1")))


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body/></html>",
        b"{}",
        b"<liste><valeur periode='0'>1</valeur></liste>",
        xml("<t><valeur>1</valeur></t>"),
    ],
)
def test_other_shapes_are_a_changed_source(content: bytes) -> None:
    with pytest.raises(SourceChanged):
        eco2mix.read(content)


@pytest.mark.parametrize(("count", "minutes"), [(24, 60), (25, 60), (48, 30), (96, 15), (100, 15)])
def test_the_number_of_periods_says_their_length(count: int, minutes: int) -> None:
    values = "".join(f"<valeur periode='{i}'>1</valeur>" for i in range(count))
    inner = f"<t v='x' perimetre='FR' granularite='Global'>{values}</t>"
    content = f"<liste><jour date='2026-10-25'>{inner}</jour></liste>".encode()
    first = eco2mix.read(content)[0]
    assert first.end == times.shift(first.start, minutes=minutes)


@pytest.mark.parametrize("word", ["Nucléaire", "Nucléaire".encode().decode("latin-1"), " NUCLEAIRE"])
def test_plain_undoes_accents_and_wrong_decoding(word: str) -> None:
    assert eco2mix.plain(word) == "nucleaire"


def test_spring_day_has_92_quarter_hours_and_skips_no_instant() -> None:
    found = eco2mix.starts(date(2026, 3, 29), 92, 15)
    assert [str(found[i])[11:16] for i in (7, 8)] == ["00:45", "01:00"], "02:00 in Paris is 03:00 already"
    assert found[-1] is not None and found[-1].isoformat() == "2026-03-29T21:45:00+00:00"


def test_spring_day_of_96_is_read_by_the_wall_and_leaves_out_the_skipped_hour() -> None:
    found = eco2mix.starts(date(2026, 3, 29), 96, 15)
    assert found[8:12] == [None] * 4
    assert [m for m in found if m is not None] == eco2mix.starts(date(2026, 3, 29), 92, 15)


def test_autumn_day_has_100_quarter_hours() -> None:
    found = eco2mix.starts(date(2026, 10, 25), 100, 15)
    assert found[-1] is not None and found[-1].isoformat() == "2026-10-25T22:45:00+00:00"


@pytest.mark.parametrize("when", ["2026-03-10", "2026-03-29", "2026-10-25"])
def test_more_periods_than_a_day_can_have_are_refused(when: str) -> None:
    with pytest.raises(SourceChanged, match="101 periods"):
        eco2mix.starts(date.fromisoformat(when), 101, 15)
