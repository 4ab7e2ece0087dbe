import pytest

from core import errors, times
from core.recording import read_case
from parsers import MY_WM
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """Two gas stations of 1,071.43 and 675 MW are 1746.43 MW; Water is hydro; the page's date is 28 February 2026."""
    (found,) = run(read_case(SAMPLES / "MY_WM/capacity_MY-WM.json"))
    assert found["gas"] == {"datetime": "2026-02-01", "value": 1746.43, "source": "gso.org.my"}
    assert found["hydro"]["value"] == 348.2


@pytest.mark.parametrize("written", ["March 2026", "As of 31 March 2026", "31 Mar 2026", "31/3/2026", "2026-03-31"])
def test_the_month_is_read_in_any_of_these_forms(written: str) -> None:
    page = f"<p>Power stations <strong> {written} </strong></p>".encode()
    assert MY_WM.parse_month(page) == times.read_day("2026-03-01")


def test_a_page_without_a_date_is_a_changed_source() -> None:
    with pytest.raises(errors.SourceChanged, match="bold text"):
        MY_WM.parse_month(b"<p>March 2026</p>")
