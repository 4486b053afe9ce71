"""Settings of the server for programs."""

from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.server_settings import Variable
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.server import services
from tocsin.records.server.rules import LONGEST_TITLE, MOST_HOSTS, MOST_MEGABYTES
from tocsin.records.server.shown import ServerSettingOut, describe_settings
from tocsin.screens.request import actor_of

router = Router()


class ServerSettingsIn(Schema, extra="forbid"):
    """What is left out stays; an empty text is the default."""

    title: str | None = Field(None, max_length=LONGEST_TITLE)
    public_hosts: list[str] | None = Field(None, max_length=MOST_HOSTS)
    largest_request_megabytes: float | None = Field(None, gt=0, le=MOST_MEGABYTES)
    virus_scanner: str | None = Field(None, max_length=300, description="tcp://HOST:PORT or unix:/PATH of a clamd")
    virus_scanner_away: Literal["refuse", "quarantine"] | None = None

    def as_told(self) -> dict[Variable, str]:
        """By variable, as the service takes it."""
        size = self.largest_request_megabytes
        given = {
            Variable.TITLE: self.title,
            Variable.PUBLIC_HOSTS: None if self.public_hosts is None else ",".join(self.public_hosts),
            Variable.LARGEST_REQUEST: None if size is None else f"{size:g}",
            Variable.VIRUS_SCANNER: self.virus_scanner,
            Variable.VIRUS_SCANNER_AWAY: self.virus_scanner_away,
        }
        return {name: text for name, text in given.items() if text is not None}


@router.get("/server-settings", response=list[ServerSettingOut])
def list_server_settings(request: HttpRequest) -> list[ServerSettingOut]:
    """Every setting of the environment as this server has it, and those that pages entered; no secret is told."""
    require(actor_of(request), "system.see", EVERYWHERE)
    try:
        return describe_settings()
    except InvalidInput as error:
        raise Unavailable(str(error)) from None


@router.put("/server-settings", response=list[ServerSettingOut])
def enter_server_settings(request: HttpRequest, given: ServerSettingsIn) -> list[ServerSettingOut]:
    """Keeps these; every process follows at once. What the environment says wins, and is refused here."""
    services.enter_server_settings(actor=actor_of(request), told=given.as_told(), host=request.get_host())
    return describe_settings()
