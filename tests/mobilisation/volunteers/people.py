"""What tests of volunteers share."""

from collections.abc import Callable
from datetime import UTC, datetime

from tocsin.mobilisation.volunteers.models import Volunteer

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
MAKE = Callable[..., Volunteer]
