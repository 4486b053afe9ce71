"""What other capabilities may use of supplies: what a request is for, and the requests of a subject."""

from tocsin.supplies.levels.queries.exposed import PeopleArea
from tocsin.supplies.requests.queries.requests import requests_of, visible_requests
from tocsin.supplies.requests.queries.subjects import HelpAsked, HelpOfRequest, SupplySubject
from tocsin.supplies.requests.shown.requests import describe_request

__all__ = [
    "HelpAsked",
    "HelpOfRequest",
    "PeopleArea",
    "SupplySubject",
    "describe_request",
    "requests_of",
    "visible_requests",
]
