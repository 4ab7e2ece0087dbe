"""Where things lie: the zone at a point, and the regions of public clouds."""

from core.places.data_centers import DataCenter, data_centers, find
from core.places.shapes import zone_at

__all__ = ["DataCenter", "data_centers", "find", "zone_at"]
