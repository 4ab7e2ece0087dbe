"""Flow tracing: what a kilowatt-hour consumed in each zone carries, given production and the flows between zones.

**Equation.** For every zone i and every hour

    x_i (v_i + Σ_j N[i, j]) − Σ_j N[i, j] x_j = b_i

    v_i      MW        positive production + storage discharge + the imports that are priced (below)
    N[i, j]  MW        flow from j into i, net per border: row = the zone that imports, column = the zone that exports
    b_i      MW·g/kWh  Σ_m f_im P_im + Σ_s f_is D_is + Σ_j fallback_j × priced flow from j into i
    x_i      g/kWh     intensity of everything that enters zone i, hence of what it consumes, charges and exports

Charging and exports do not enter. Consumption = production + discharge + imports − charge − exports.
Production intensity = Σ f P / P, without discharge. Shares (renewable, carbon-free, of one mode, of fallback) are the
same equation with shares in [0, 1] in the place of f. The result is an average signal, not a marginal one.

**Source.** B. Tranberg, O. Corradi, B. Lajoie, T. Gibon, I. Staffell, G. B. Andresen, "Real-time carbon accounting
method for the European electricity markets", Energy Strategy Reviews 26 (2019), direct coupling. Proportional sharing
at a node is due to J. Bialek, "Tracing the flow of electricity", IEE Proc. 143 (1996), and D. Kirschen, R. Allan,
G. Strbac, "Contributions of individual generators to loads and flows", IEEE Trans. Power Systems 12 (1997).

**Which zones get a value.** A zone is *known* in an hour when it has a production event with at least one number, or
when the caller says that it is import-only (it never has a source of production). Every other zone is a *boundary*.
A known zone has *no supply* when it neither produces, discharges nor imports, or when it belongs to a closed loop of
such zones that nobody feeds. Boundary zones and zones without supply get no value (NaN); every other zone gets one.
Whatever a zone without a value exports to a zone with one is **priced**: it enters at the exporter's own fallback,
and the part of a zone's supply that was priced, directly or through the grid, is `fallback_share`.

**Decisions where inputs contradict each other or are silent.**
- `has_production` False hides the numbers of that hour, unless the zone is import-only: then what is known counts.
- A production event whose numbers are all NaN (production and discharge) is no data: the zone is a boundary.
- NaN of one mode, of discharge or of charge is none. A NaN flow is no flow, and flagged at both ends.
- Negative production is set to 0 per mode before anything else, also in `consumption_mw`, and flagged.
- A zone that says it produces nothing, imports nothing and yet exports is priced like a boundary and flagged: nobody
  is diluted with 0 g. Zones fed only by such a zone, or only by a closed loop without production, take its fallback.
- Exports above production and imports leave the intensity alone and make `consumption_mw` negative: shown, not hidden.
- Charge and discharge of one hour are not netted: both can happen within it.
- `consumption_mw` is NaN for zones without a value; `import_mw` and `export_mw` count the known flows of every zone.
- The share (renewable, carbon-free) of priced energy is that of the mix which prices the exporter's carbon, and so is
  that of discharged energy when nobody states it: neither 0 nor 1 would be neutral.
- Production with a factor that is not finite, negative discharge or charge, and infinities raise ValueError.

Hours are independent of each other, so the caller may cut the time axis anywhere.
"""

from core.flowtrace.inputs import Balance, Factors, Share, mix_shares
from core.flowtrace.network import Network
from core.flowtrace.tracing import Traced, trace

__all__ = ["Balance", "Factors", "Network", "Share", "Traced", "mix_shares", "trace"]
