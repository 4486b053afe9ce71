"""What other capabilities may use of supplies: what a request is for, and the requests of a subject."""

from tocsin.supplies.levels.queries.exposed import PeopleArea
from tocsin.supplies.requests.queries.requests import requests_of
from tocsin.supplies.requests.queries.subjects import SupplySubject
from tocsin.supplies.requests.shown.requests import describe_request

__all__ = ["PeopleArea", "SupplySubject", "describe_request", "requests_of"]
