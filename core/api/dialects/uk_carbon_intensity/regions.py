"""The regions of the UK Carbon Intensity API, and the zones they lie in.

Great Britain is one zone here: its regions all have its values, whatever their names are. Northern Ireland and Shetland
are zones of their own, which the original does not have.
"""

import re
from dataclasses import dataclass

from core.api.errors import BadRequest

OUTWARD = re.compile(r"([A-Z]{1,2})([0-9][0-9A-Z]?)(?: ?[0-9][A-Z]{2})?")
"""A postcode: area and district, and after them perhaps the part that names a street."""


@dataclass(frozen=True)
class Region:
    """A region as the original numbers and names it."""

    number: int
    dno: str
    name: str
    zone: str = "GB"


GREAT_BRITAIN = Region(18, "GB", "GB")
NATIONS = {"england": Region(15, "England", "England"), "scotland": Region(16, "Scotland", "Scotland"),
           "wales": Region(17, "Wales", "Wales")}
REGIONS = {
    region.number: region
    for region in (
        Region(1, "Scottish Hydro Electric Power Distribution", "North Scotland"),
        Region(2, "SP Distribution", "South Scotland"),
        Region(3, "Electricity North West", "North West England"),
        Region(4, "NPG North East", "North East England"),
        Region(5, "NPG Yorkshire", "Yorkshire"),
        Region(6, "SP Manweb", "North Wales & Merseyside"),
        Region(7, "WPD South Wales", "South Wales"),
        Region(8, "WPD West Midlands", "West Midlands"),
        Region(9, "WPD East Midlands", "East Midlands"),
        Region(10, "UKPN East", "East England"),
        Region(11, "WPD South West", "South West England"),
        Region(12, "SSE South", "South England"),
        Region(13, "UKPN London", "London"),
        Region(14, "UKPN South East", "South East England"),
        *NATIONS.values(),
        GREAT_BRITAIN,
    )
}
ELSEWHERE = {
    "BT": Region(0, "NIE Networks", "Northern Ireland", "GB-NIR"),
    "ZE": Region(1, "Scottish Hydro Electric Power Distribution", "Shetland", "GB-ZET"),
}
"""By area of postcodes. The original has no number for Northern Ireland."""


def region_of(number: str) -> Region:
    """The region of a number. Raises BadRequest."""
    found = REGIONS.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 3 else None
    if found is None:
        raise BadRequest(f"Please enter a valid region ID, 1 to 18, not {number[:20]!r}.")
    return found


def region_of_postcode(postcode: str) -> tuple[Region, str]:
    """The region of a postcode, and its outward part. Raises BadRequest."""
    match = OUTWARD.fullmatch(postcode.strip().upper())
    if match is None:
        raise BadRequest(f"Please enter a valid outward postcode such as RG10, not {postcode[:20]!r}.")
    return ELSEWHERE.get(match[1], GREAT_BRITAIN), match[1] + match[2]
