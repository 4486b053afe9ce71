"""The tables of jurisdiction, as Django looks for them; each lies in its subject."""

from tocsin.jurisdiction.areas import models as areas
from tocsin.jurisdiction.bodies import models as bodies
from tocsin.jurisdiction.contacts import models as contacts
from tocsin.jurisdiction.list_views import models as list_views
from tocsin.jurisdiction.people import models as people
from tocsin.jurisdiction.rights import models as rights
from tocsin.jurisdiction.rosters import models as rosters

__all__ = ["areas", "bodies", "contacts", "list_views", "people", "rights", "rosters"]
