"""What other capabilities may use of supplies: requests and what they are for, goods near a place, roads that are closed."""

from tocsin.supplies.allocation.queries.streets import closed_shapes
from tocsin.supplies.levels.queries.exposed import PeopleArea
from tocsin.supplies.requests.queries.requests import requests_of, visible_requests
from tocsin.supplies.requests.queries.subjects import HelpAsked, HelpOfRequest, SupplySubject
from tocsin.supplies.requests.shown.requests import describe_request
from tocsin.supplies.stock.queries.near import GoodsNear, StoreNear, goods_near

__all__ = [
    "GoodsNear",
    "HelpAsked",
    "HelpOfRequest",
    "PeopleArea",
    "StoreNear",
    "SupplySubject",
    "closed_shapes",
    "describe_request",
    "goods_near",
    "requests_of",
    "visible_requests",
]
