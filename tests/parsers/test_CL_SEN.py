from core.recording import read_case
from parsers import CL_SEN
from tests.support import SAMPLES, run


def test_capacity_by_hand() -> None:
    """2025: coal 3620.5 + diesel 2990.4 + gas 5111.5 + others 571.2 = 12 293.6 MW unknown; sun 11 890.3 + 108."""
    (found,) = run(read_case(SAMPLES / "CL_SEN/capacity_CL-SEN.json"))
    assert found["unknown"] == {"datetime": "2025-01-01", "value": 12293.6, "source": "coordinador.cl"}
    assert found["solar"]["value"] == 11998.3


def test_everything_is_the_total() -> None:
    (found,) = run(read_case(SAMPLES / "CL_SEN/capacity_CL-SEN.json"))
    assert sum(one["value"] for one in found.values()) == 37764.0


def test_the_workbook_is_found_by_its_name() -> None:
    """The address changes with every edition, and may be relative to the page."""
    page = b'<a href="/x.pdf">x</a><a href="/f/2027/Hist_Cap_Inst_por_Tecnologia_v3.xlsx">y</a>'
    assert CL_SEN.parse_link(page) == "https://www.coordinador.cl/f/2027/Hist_Cap_Inst_por_Tecnologia_v3.xlsx"
