"""What a person says with an act upon a delivery: one shape for page, phone, driver's paper and API."""

from typing import Annotated

import msgspec

from tocsin.fieldwork.rules import ActData

type Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class DeliveryData(ActData, frozen=True, kw_only=True):
    """`counts`: line of the delivery -> thousandths of the unit that were picked, came, were used or came back; what is not named
    is all of it. `code`: what the receiver was shown.
    """

    counts: dict[str, Count] = {}
    code: Annotated[str, msgspec.Meta(max_length=20)] = ""
    driver: Annotated[str, msgspec.Meta(max_length=60)] = ""
    telephone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    vehicle: Annotated[str, msgspec.Meta(max_length=40)] = ""
