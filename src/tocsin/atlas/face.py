"""What other capabilities may use of the map: layers, pictures, and who and what lies in an area."""

from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.area import BodyInArea, Exposure, KindInArea, exposed_in
from tocsin.atlas.exposure.queries.bodies import SEE as EXPOSURE_SEE
from tocsin.atlas.exposure.queries.register import PeopleByCode, people_by_code
from tocsin.atlas.exposure.queries.telling import TELL, Occasion
from tocsin.atlas.exposure.shown.area import ExposedBodyOut, ExposureOut, describe_area, described
from tocsin.atlas.exposure.shown.bodies import SLOT_NAMES
from tocsin.atlas.layers.queries.base_map import region_shapes
from tocsin.atlas.layers.queries.ground import ground_version
from tocsin.atlas.layers.queries.layers import layers_for
from tocsin.atlas.layers.queries.streets import NamedRoad, named_roads, streets
from tocsin.atlas.pictures.papers.drawing import Line, Mark, draw_map
from tocsin.atlas.pictures.papers.frame import Frame
from tocsin.atlas.resources.queries.towns import town_names, town_shapes
from tocsin.atlas.resources.services.outlines import tell_of_missing_outlines
from tocsin.engine.exposure.areas import along, circle

__all__ = [
    "EXPOSURE_SEE",
    "SLOT_NAMES",
    "TELL",
    "BodyInArea",
    "ExposedBodyOut",
    "Exposure",
    "ExposureOut",
    "Frame",
    "KindInArea",
    "Line",
    "Mark",
    "NamedRoad",
    "Occasion",
    "PeopleByCode",
    "along",
    "circle",
    "describe_area",
    "described",
    "draw_map",
    "exposed_in",
    "exposure_policy",
    "ground_version",
    "layers_for",
    "named_roads",
    "people_by_code",
    "region_shapes",
    "streets",
    "tell_of_missing_outlines",
    "town_names",
    "town_shapes",
]
