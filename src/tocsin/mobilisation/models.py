"""The tables of mobilisation, as Django looks for them; each lies in its subject."""

from tocsin.mobilisation.figures import models as figures
from tocsin.mobilisation.hazard_reports import models as hazard_reports
from tocsin.mobilisation.incoming_warnings import models as incoming_warnings
from tocsin.mobilisation.public_warnings import models as public_warnings
from tocsin.mobilisation.rewards import models as rewards
from tocsin.mobilisation.rounds import models as rounds
from tocsin.mobilisation.volunteers import models as volunteers

__all__ = ["figures", "hazard_reports", "incoming_warnings", "public_warnings", "rewards", "rounds", "volunteers"]
