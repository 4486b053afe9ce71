"""The tables of the map, as Django looks for them; each lies in its subject."""

from tocsin.atlas.connectors import models as connectors
from tocsin.atlas.exchange import models as exchange
from tocsin.atlas.exposure import models as exposure
from tocsin.atlas.layers import models as layers
from tocsin.atlas.resources import models as resources

__all__ = ["connectors", "exchange", "exposure", "layers", "resources"]
