"""A simulated grid behind simulated sources: Gridtrace without keys or a network, and its faults on request.

`weather`, `plants` and `grid` make the world, `readings` is what an instrument in it says, `sources/` speak it in the
wire formats of the real sources, `faults` break what they say or how they say it, and `server` puts them on a port of
this machine. Nothing here imports a parser or what parsers share: codes and signs are written down a second time, so
that a wrong one shows.
"""

TOKENS = dict.fromkeys(
    (
        "EIA_KEY", "EMAPS_NORDPOOL_PASSWORD", "EMAPS_NORDPOOL_USERNAME", "ENTSOE_TOKEN", "ERCOT_API_PASSWORD",
        "ERCOT_API_SUBSCRIPTION_KEY", "ERCOT_API_USERNAME", "ESIOS_TOKEN", "JAO_AUCTION_API_KEY", "MAILGUN_DOMAIN",
        "MAILGUN_TOKEN", "NED_TOKEN", "OPENELECTRICITY_TOKEN", "RESEAUX_ENERGIES_TOKEN", "TR_PASSWORD", "TR_USERNAME",
    ),
    "simulated",
)
"""What the simulated sources take for a credential."""
