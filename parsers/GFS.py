"""GFS, the global forecast of the US National Weather Service: wind, temperature and sunshine by the hour, no key.

Docs     https://nomads.ncep.noaa.gov/gribfilter.php?ds=gfs_0p25_1hr and, for what is a mean of which hours,
         https://www.nco.ncep.noaa.gov/pmb/products/gfs/
Serves   weather of the world from 60° south to 85° north, every quarter of a degree
Time     runs begin at 0, 6, 12 and 18 UTC and are out after 3.5 to 5 h, hour by hour; wind and temperature are of
         moments, radiation is a mean that begins anew every six hours of a run ("6-9 hour ave") and ends at the hour
Unit     m/s, K, W/m²
Sign     wind: + blows towards the east and the north
History  runs of about ten days
Licence  public domain (NOAA/NWS)
"""

from core import errors, http, source, times
from core.platforms import grib
from core.weather import BLOCK_H, WORLD, Forecast, block_of, newest_run

SOURCE = "nomads.ncep.noaa.gov"
URL = "https://nomads.ncep.noaa.gov/cgi-bin/filter_gfs_0p25.pl"
BLOCKED = "abusive-user-block"
"""Where a caller is sent who asked more than 120 times in a minute (Service Change Notice 21-32)."""
NOT_THERE = b"ata file is not present"
"""What the filter says of a file that is not out yet, with status 404 or, as it once did, 200."""
DELAY_H = 3.5
SOUTH = WORLD.north - WORLD.step * (WORLD.rows - 1)
WANTED = {
    "var_UGRD": "on", "var_VGRD": "on", "var_TMP": "on", "var_DSWRF": "on", "lev_10_m_above_ground": "on",
    "lev_2_m_above_ground": "on", "lev_surface": "on", "subregion": "", "leftlon": "0", "rightlon": "360",
    "toplat": f"{WORLD.north:g}", "bottomlat": f"{SOUTH:g}",
}
HEIGHT, GROUND = 103, 1
FIELDS = {
    "wind_east_m_per_s": ((0, 2, 2), (HEIGHT, 10)), "wind_north_m_per_s": ((0, 2, 3), (HEIGHT, 10)),
    "temperature_k": ((0, 0, 0), (HEIGHT, 2)), "radiation_w_per_m2": ((0, 4, 192), (GROUND, 0)),
}
"""Parameter and surface of each. TMP is also there of the surface, as the filter pairs every field with every level."""


@source(
    resolution_min=60, window_h=0, ahead_h=BLOCK_H, history="10 days", delay_h=DELAY_H, rate_per_min=20,
    extra="weather")
def fetch_weather(issued=None, target_datetime=None, session=None, logger=None):
    grib.library()
    run = issued or newest_run(times.now(), DELAY_H)
    hours = block_of(run, times.at(target_datetime))
    return list(parse_weather(ask(run, hour, session) for hour in hours))


def ask(run, hour, session):
    """The file of one hour of a run; NoData while it is not out."""
    params = {
        "dir": f"/gfs.{times.text(run, 'YYYYMMDD/HH')}/atmos", "file": f"gfs.t{times.text(run, 'HH')}z.{name(hour)}",
        **WANTED}
    answer = http.get(session, URL, params=params, allowed=(404,))
    if BLOCKED in answer.url:
        raise errors.Blocked(f"{SOURCE} has shut us out for a while: more than 120 requests in a minute.")
    if answer.status_code == 404 or NOT_THERE in answer.content[:1000]:
        raise errors.NoData(f"Hour {hour} of the run of {times.text(run, 'YYYY-MM-DD HH')}Z is not out.")
    return answer.content


def name(hour):
    return f"pgrb2.0p25.f{hour:03}"


def parse_weather(contents):
    """The hours of a block, of the files of all of them in order."""
    earlier = None
    for content in contents:
        found = {(one.parameter, one.surface): one for one in grib.messages(content)}
        if missing := [field for field, place in FIELDS.items() if place not in found]:
            raise errors.SourceChanged(f"A file of GFS has no {', '.join(missing)}.")
        fields = {field: found[place] for field, place in FIELDS.items()}
        mean, at = fields.pop("radiation_w_per_m2"), fields["temperature_k"]
        yield Forecast(
            issued=at.issued, at=times.shift(at.issued, hours=at.hours[1]), grid=at.grid,
            radiation_w_per_m2=last_hour(mean, earlier), **{field: one.values for field, one in fields.items()})
        earlier = mean


def last_hour(mean, earlier):
    """The mean of the last hour of a mean: n hours' sum less that of the first n - 1."""
    start, end = mean.hours
    if end - start == 1:
        return mean.values
    if earlier is None or earlier.hours != (start, end - 1):
        raise errors.SourceChanged(f"Radiation is a mean of hours {start} to {end}, and of what is before not known.")
    return (end - start) * mean.values - (end - 1 - start) * earlier.values
