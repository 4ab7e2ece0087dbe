from typing import Any
from urllib.parse import parse_qs

import pytest

from core import errors, http
from core.recording import playing, read_case
from parsers import occtonet
from tests.support import SAMPLES, events


def test_exchange_by_hand() -> None:
    """Line 03 says -1280 at 21:00, its forward direction is from Tōkyō to Chūbu: 1280 MW from Chūbu to Tōkyō, in the
    five minutes that end at 21:00 in Japan, 12:00 UTC."""
    flow = events("occtonet/exchange_JP-CB_JP-TK")[-1]
    assert (flow.key, flow.net_flow) == ("JP-CB->JP-TK", 1280.0)
    assert (f"{flow.start:%H:%M}", f"{flow.end:%H:%M}") == ("11:55", "12:00")


def test_a_day_ends_at_24() -> None:
    """2025/01/10 24:00 is the midnight after it, 15:00 UTC; 600 forward is from Tōkyō, however it is asked for."""
    flow = events("occtonet/odd/past_day")[-1]
    assert (flow.end.isoformat(), flow.net_flow) == ("2025-01-10T15:00:00+00:00", -600.0)


def test_planned_flow_by_hand() -> None:
    """The plan -1200 of 21:05 is 1200 MW from Chūbu, where nothing is measured yet; tomorrow's follow."""
    plans = events("occtonet/exchange_forecast_JP-CB_JP-TK")
    assert (f"{plans[4].start:%H:%M}", plans[4].net_flow, plans[4].source_type) == ("12:00", 1200.0, "forecasted")
    assert [f"{plan.start:%d %H:%M}" for plan in plans[-2:]] == ["10 15:00", "11 14:55"]


def test_tohokus_flows_are_its_ties() -> None:
    """連系線 of Tōhoku's results from 20:30 is -695: 205 from Hokkaidō, less 900 to Tōkyō."""
    from_hokkaido, to_tokyo = (
        sum(flow.net_flow for flow in events(f"occtonet/exchange_{border}")[2:]) / 2
        for border in ("JP-HKD_JP-TH", "JP-TH_JP-TK"))
    assert from_hokkaido - to_tokyo == -695.0
    rows = (SAMPLES / "JP/bodies/tohoku_day.csv").read_bytes().decode("cp932").splitlines()
    assert rows[3].split(",")[:2] == ["2026/3/10", "20:30"] and rows[3].split(",")[19] == "-695"


@pytest.mark.parametrize("key, line, forward", [
    ("JP-HKD->JP-TH", "01", 1), ("JP-TH->JP-TK", "02", 1), ("JP-CB->JP-TK", "03", -1), ("JP-CB->JP-KN", "04", 1),
    ("JP-CB->JP-HR", "05", 1), ("JP-HR->JP-KN", "06", 1), ("JP-CG->JP-KN", "07", -1), ("JP-KN->JP-SK", "08", 1),
    ("JP-CG->JP-SK", "09", -1), ("JP-CG->JP-KY", "10", 1),
])
def test_forward_is_each_lines_own(key: str, line: str, forward: int) -> None:
    content = "対象日付,対象時刻,潮流実績\n2026/03/10,21:00,70\n".encode("cp932")
    (flow,) = occtonet.parse_exchange(content, key)
    assert (occtonet.BORDERS[key][0], flow["sortedZoneKeys"], flow["netFlow"]) == (line, key, 70 * forward)


def test_each_post_has_what_the_one_before_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, list[str]]] = []
    post = http.post

    def noted(used: Any, url: str, *, data: dict[str, str]) -> Any:
        answer = post(used, url, data=data)
        sent.append(parse_qs(answer.request.body, keep_blank_values=True))
        return answer

    monkeypatch.setattr(http, "post", noted)
    case = read_case(SAMPLES / "occtonet/exchange_JP-CG_JP-KY.json")
    with playing(case) as session:
        occtonet.fetch_exchange("JP-CG", "JP-KY", session=session)
    fields = ("fwExtention.actionSubType", "tgtRkl", "spcDay", "updDaytime", "downloadKey", "requestToken")
    assert [[form[name][0] for name in fields] for form in sent] == [
        ["headerInput", "10", "2026/03/10", "", "", ""],
        ["ok", "10", "2026/03/10", "2026/03/10 21:00", "", ""],
        ["download", "10", "2026/03/10", "2026/03/10 21:00", "CA01S070-0001", "a1b2c3"],
    ]
    assert all(len(form) == 21 and form["tgtRklHdn"][0].endswith(",11,北陸フェンス") for form in sent)


def test_a_refusal_is_quoted() -> None:
    with pytest.raises(errors.SourceChanged, match="refuses the form: 対象年月日"):
        occtonet.fields({"root": {"errMessage": "対象年月日に誤りがあります。"}}, ())


def test_todays_plan_does_not_stand_in_for_tomorrows() -> None:
    for case in ("tomorrow_refused", "tomorrow_is_today"):
        assert [f"{plan.start:%d %H:%M}" for plan in events(f"occtonet/odd/{case}")] == ["10 11:00", "10 12:00"]
