"""The tables of hazardous chemicals, as Django looks for them; each lies in its subject."""

from tocsin.hazchem.commitments import models as commitments
from tocsin.hazchem.installations import models as installations
from tocsin.hazchem.musters import models as musters
from tocsin.hazchem.permits import models as permits
from tocsin.hazchem.positions import models as positions
from tocsin.hazchem.prevention import models as prevention
from tocsin.hazchem.rationalisation import models as rationalisation
from tocsin.hazchem.releases import models as releases
from tocsin.hazchem.risk_warnings import models as risk_warnings
from tocsin.hazchem.sites import models as sites
from tocsin.hazchem.zones import models as zones

__all__ = [
    "commitments",
    "installations",
    "musters",
    "permits",
    "positions",
    "prevention",
    "rationalisation",
    "releases",
    "risk_warnings",
    "sites",
    "zones",
]
