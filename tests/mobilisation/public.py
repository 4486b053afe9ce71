"""Somebody on the street with a phone: reports and follows, for tests."""

from contextlib import nullcontext
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import LICANG
from tocsin.base.ids import new_id
from tocsin.base.work import find_nonce, is_worked_for
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of, new_secret, read_secret
from tocsin.mobilisation.hazard_reports.services import receiving

TEXT = "The emergency exit of the workshop is chained every night."

EASED = 4
"""Bits of work for a report of most tests: the whole of it takes a tenth of a second each time."""


def partial_work(id: str, content: str, nonce: str, *, bits: int) -> bool:
    """As much as an eased report has done, where some is demanded."""
    return is_worked_for(id, content, nonce, bits=min(bits, EASED))


class Reporter:
    """A phone that no one knows: it makes its secret, works for its report, and asks again by number and secret."""

    def __init__(self, language: str = "en") -> None:
        ensure_regions()
        self.client = Client(headers={"accept-language": language})
        self.secret = read_secret(new_secret()) or ""
        self.id: UUID = new_id()
        self.number = ""

    def sends(
        self,
        *,
        nonce: str | None = None,
        said_at: str | None = None,
        sent_at: str | None = None,
        same_as: str | None = None,
        mode: str = "anonymous",
        identity: dict[str, str] | None = None,
        ticket: str = "",
        **fields: Any,
    ) -> Any:
        """The report; the answer's status and content. Without a `nonce` a little work is done and taken for all of it."""
        handed = {"kind": "breach", "text": TEXT, "region_code": LICANG, "place": "12 Shiniushan Road", **fields}
        secret = hash_of(self.secret)
        eased = nonce is None
        nonce = find_nonce(str(self.id), secret, bits=EASED) if nonce is None else nonce
        body = {
            "id": str(self.id),
            "report": handed,
            "secret_sha256": secret,
            "nonce": nonce,
            "said_at": said_at,
            "sent_at": sent_at,
            "same_as": same_as,
            "mode": mode,
            "identity": identity,
            "ticket": ticket,
        }
        with patch.object(receiving, "is_worked_for", partial_work) if eased else nullcontext():
            answer = self.client.post("/hazard/reports", body, content_type="application/json")
        self.number = answer.json().get("number", self.number)
        return answer

    def asks(self, act: str = "", text: str = "", *, secret: str = "", act_id: UUID | None = None) -> Any:
        """How it stands, with one act where it is named."""
        body: dict[str, Any] = {"number": self.number, "secret": secret or self.secret}
        if act:
            body |= {"id": str(act_id or new_id()), "act": act, "text": text}
        return self.client.post("/hazard/follow", body, content_type="application/json")

    def shows(self, photo: bytes, *, name: str = "photo") -> Any:
        """A photo for the report."""
        sent = {"number": self.number, "secret": self.secret, "file": SimpleUploadedFile(name, photo, "image/jpeg")}
        return self.client.post("/hazard/photos", sent)

    def rewards(self, *, claim: UUID | None = None) -> Any:
        """The rewards of it; with a claim also its code."""
        body = {"number": self.number, "secret": self.secret, **({"claim": str(claim)} if claim else {})}
        return self.client.post("/hazard/rewards", body, content_type="application/json")

    @property
    def report(self) -> HazardReport:
        """As it is kept."""
        return HazardReport.objects.get(pk=self.id)
