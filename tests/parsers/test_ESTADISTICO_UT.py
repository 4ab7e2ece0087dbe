import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

from parsers.ESTADISTICO_UT import FIELDS, TODAY, form, in_double_quotes, parse_production
from tests.support import events


def test_production_by_hand() -> None:
    """Hour 3 is 03:00 at -06:00, 09:00 UTC. The six technologies without Interconexión; the sun is not told at night,
    and is 0; at 5 it is told: 1.35."""
    found = events("ESTADISTICO_UT/production_SV")
    assert found[0].start.isoformat() == "2026-03-10T09:00:00+00:00"
    assert found[0].production == {
        "biomass": 151.2, "wind": 11.85, "geothermal": 158.4, "hydro": 92.35, "unknown": 240.15, "solar": 0.0}
    assert found[2].production["solar"] == 1.35


def test_the_sun_of_a_day_is_not_made_up() -> None:
    """At noon without a number there is none; an hour with the net import alone is no mix."""
    first, second = events("ESTADISTICO_UT/odd/odd_rows")
    assert (first.start.hour, first.production["solar"], first.production["biomass"]) == (10, 0.0, None)
    assert second.production == {"unknown": 240.5}


def test_the_last_hour_of_yesterday_is_asked_for_after_midnight() -> None:
    """01:05 there: hour 23 of the 9th is 05:00 UTC, hour 0 of the 10th 06:00."""
    assert [event.start.hour for event in events("ESTADISTICO_UT/odd/after_midnight")] == [5, 6]


def test_a_question_holds_its_day_encoded_twice() -> None:
    asked = form(dict.fromkeys(FIELDS, "x"), TODAY)
    question = json.loads(asked["__CALLBACKPARAM"].removeprefix("c1:"))["url"]
    assert "%2522" not in question and "%22value%22%3A%221990-01-01T17%3A32%3A00.000%22" in question
    parameters = parse_qs(urlsplit(question).query)
    assert json.loads(parameters["parameters"][0])[0]["value"] == TODAY
    assert unquote(parameters["items"][0]).count("{}") == 5


def test_texts_of_the_script_become_json() -> None:
    r"""It's "a\b" as JavaScript writes it in single quotes: It\'s "a\\b"."""
    found = re.sub(r"'((?:[^'\\]|\\.)*)'", in_double_quotes, r"""{'a':'It\'s "a\\b"'}""")
    assert json.loads(found) == {"a": 'It\'s "a\\b"'}


def test_an_answer_without_a_number_has_no_hour() -> None:
    storage = {"EncodeMaps": {"DataItem2": [], "DataItem3": [], "DataItem1": []}, "Slices": []}
    table = json.dumps({"pivotDashboardItem1": {"ItemData": {"DataStorageDTO": storage}}})
    assert parse_production(f"0|/*DX*/({{'id':1,'result':'{table}'}})", "SV") == []
