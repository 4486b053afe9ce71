"""News of sightings. Consumers may see one twice."""

import msgspec


class SightingConfirmed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person confirmed a sighting and did not take it back: it counts. `asks`: by its kind, `rules.leading.Asks`."""

    sighting_id: str
    camera_id: str
    object_id: str
    kind: str
    asks: str
    began_at: str
