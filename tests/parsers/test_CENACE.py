import json
from urllib.parse import parse_qs

import pytest

from core import http, times
from core.recording import playing, read_case
from parsers import CENACE
from tests.support import SAMPLES, events

BUTTON = "ctl00$ContentPlaceHolder1$GridRadResultado$ctl00$ctl{}$gbccolumn"


def posted(name: str) -> list[dict[str, str]]:
    """The forms that a sample's call sends, in order."""
    case, sent = read_case(SAMPLES / f"CENACE/{name}.json"), []
    with playing(case) as session:
        session.hooks["response"] = lambda answer, **_: sent.append(answer.request.body or "")
        CENACE.fetch_production(session=session, **case.call)
    return [{key: one for key, (one,) in parse_qs(body).items()} for body in sent if body]


def test_production_by_hand() -> None:
    """Hour 1 of 28 February ends at 01:00 in Mexico City, so it starts at 06:00Z. Gas: combined cycle 23950.75 and
    turbines 905.3 are 24856.05; unknown: engines 301.2 and steam 1722.45 are 2023.65."""
    found = events("CENACE/production_MX")[1]
    assert (found.start, found.end) == (times.read("2026-02-28T06:00Z"), times.read("2026-02-28T07:00Z"))
    assert found.production == {
        "wind": 2611.4, "solar": 0.05, "biomass": 3.125, "coal": 812.6, "gas": 24856.05, "unknown": 2023.65,
        "geothermal": 402.5, "hydro": 2890.3, "nuclear": 1490.1}


def test_the_last_hour_of_a_day_is_in_that_day() -> None:
    """Hour 24 of 27 February starts at 23:00, 05:00Z of the 28th."""
    assert events("CENACE/production_MX")[0].start == times.read("2026-02-28T05:00Z")


def test_the_latest_settlement_run_is_asked_for() -> None:
    """The page is asked for February, then the button of the second row, L1, is pressed with the hidden fields of that
    answer, whose plus signs arrive whole."""
    asked, pressed = posted("production_MX")
    date = "ctl00_ContentPlaceHolder1_FechaConsulta_ClientState"
    assert json.loads(asked[date]) == {"minDateStr": "02/01/2026 0:0:0", "maxDateStr": "02/01/2026 0:0:0"}
    assert asked["__VIEWSTATE"] == "/wEP+pagina=" and not [name for name in asked if "gbccolumn" in name]
    assert (pressed["__VIEWSTATE"], pressed[date]) == ("/wEP+febrero=", asked[date])
    assert [pressed[f"{BUTTON.format('06')}.{axis}"] for axis in "xy"] == ["0", "0"]


def test_without_rows_the_first_button_is_pressed() -> None:
    """On 10 March February is not out, nor has its grid a row; January has one."""
    forms = posted("odd/month_before")
    dates = [json.loads(form["ctl00_ContentPlaceHolder1_FechaConsulta_ClientState"])["minDateStr"] for form in forms]
    assert dates == ["02/01/2026 0:0:0"] * 2 + ["01/01/2026 0:0:0"] * 2
    assert f"{BUTTON.format('04')}.x" in forms[1]


@pytest.mark.parametrize(
    "rows, button",
    [
        (("L0", "L1", "L3"), "c.gbccolumn"), (("L2", "L1"), "a.gbccolumn"), (("", ""), "a.gbccolumn"),
        (("Liquidación 0", "Liquidación 1"), "b.gbccolumn"), ((), CENACE.BUTTON),
    ],
)
def test_which_button_is_the_latest(rows: tuple[str, ...], button: str) -> None:
    named = zip(("a.gbccolumn", "b.gbccolumn", "c.gbccolumn"), rows, strict=False)
    grid = "".join(f'<tr><td>{run}</td><td><input name="{name}"></td></tr>' for name, run in named)
    assert CENACE.latest_button(http.body_html(f"<table>{grid}</table>")) == button


def test_days_of_a_clock_change_have_their_hours() -> None:
    """3 April 2022 has 23 hours, its last begins at 04:00Z of the 4th, however its hours are numbered; 31 October 2021
    has 25, the last at 05:00Z of 1 November. On 3 November 2024 the clock did not change: hour 25 is no hour."""
    for name in ("spring_2022", "spring_by_the_clock"):
        starts = [event.start for event in events(f"CENACE/odd/{name}")]
        assert starts == [times.read(f"2022-04-{at}:00Z") for at in (
            "03T06", "03T07", "03T08", "03T09", "04T04", "04T05")]
    assert max(event.start for event in events("CENACE/odd/autumn_2021")) == times.read("2021-11-01T05:00Z")
    assert [event.start.hour for event in events("CENACE/odd/hour_25")] == [5, 6]


def test_forecast_by_hand() -> None:
    """Hour 1 is 00:00 to 01:00 in Mexico City, 06:00Z: 33120 MW; hour 24 starts at 05:00Z of the next day."""
    found = events("CENACE/generation_forecast_MX")
    assert {event.source_type for event in found} == {"forecasted"}
    assert (found[0].start, found[0].value) == (times.read("2026-03-10T06:00Z"), 33120)
    assert (found[-1].start, found[-1].value, len(found)) == (times.read("2026-03-11T05:00Z"), 34705, 24)


def test_a_row_of_the_day_before_is_the_hour_before() -> None:
    found = events("CENACE/odd/curve_of_25")
    assert (found[0].start, found[0].value) == (times.read("2026-03-10T05:00Z"), 34120)
    assert found[1:] == events("CENACE/generation_forecast_MX")


def test_exchanges_by_hand() -> None:
    """USA-BCA -37: Baja California makes 1412 and uses 1449, so 37 come in and MX->US-CAL-CISO is -37. Texas: 12 out
    at NTE, 45 in at NES: -33. PEN-BEL 52 goes to Belize and ORI-GUA 198 to Guatemala; both sort before MX: negative."""
    assert events("CENACE/exchange_MX_US-CAL-CISO")[0].net_flow == -37.0
    assert events("CENACE/exchange_MX_US-TEX-ERCO")[0].net_flow == -33.0
    assert events("CENACE/exchange_BZ_MX")[0].net_flow == -52.0
    assert events("CENACE/odd/second_choice_GT_MX")[0].net_flow == -198.0


def test_inner_ties_by_hand() -> None:
    """NES-NTE -298 runs from MX-NO to MX-NE, which sorts first; ORI-CEL 811 from MX-OR to MX-CE, which sorts first."""
    assert events("CENACE/odd/inner_tie")[0].net_flow == -298.0
    assert events("CENACE/odd/inner_tie_turned")[0].net_flow == -811.0


def test_load_of_an_area() -> None:
    assert events("CENACE/odd/consumption_MX-OC")[0].consumption == 8523.0
    assert events("CENACE/odd/consumption_MX-BCS") == []  # 0 stands for an area that is not measured
