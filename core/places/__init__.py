"""Where things lie: the zone at a point."""

from core.places.shapes import zone_at

__all__ = ["zone_at"]
