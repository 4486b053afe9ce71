"""What other capabilities may use of mobilisation: what volunteers are asked for."""

from tocsin.mobilisation.volunteers.queries.needs import NeedSubject, needs_of
from tocsin.mobilisation.volunteers.shown.calls import describe_need

__all__ = ["NeedSubject", "describe_need", "needs_of"]
