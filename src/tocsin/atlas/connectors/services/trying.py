"""A connector is tried before it is used: a first page, its columns beside the contract; nothing is written."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext_noop

from tocsin.atlas.connectors.policy import connector_policy
from tocsin.atlas.connectors.queries import connector_of
from tocsin.atlas.connectors.rules.trials import Tried, TriedColumn
from tocsin.atlas.connectors.services.readers import bring, errand_to
from tocsin.atlas.connectors.services.settings import NewSettings, secret_for
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import contract_of, resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.services.child import Answer
from tocsin.atlas.resources.services.reading import first_rows
from tocsin.base.gate import FOREIGN_FILES
from tocsin.federation.rules.outcomes import Reason, Unreadable
from tocsin.jurisdiction.face import require

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_TABLES: Final = (b"{", b"PK", b"SQLite", b"\xd0\xcf", b"<")  # how files begin that are of no use without their end


def try_source(*, actor: "User", resource_id: UUID, settings: NewSettings) -> Tried:
    """Asks the source for a first page."""
    resource = resources_for(actor).select_related("contract").get(pk=resource_id)
    require(actor, rights.KEEP, resource.region_code, (resource.owner_id,))
    secret = secret_for(connector_of(resource), settings)
    with TemporaryDirectory(prefix="tocsin-") as place:
        path = Path(place) / "file"
        try:
            came = bring(settings.source, errand_to(path, resource.slug, secret=secret, mark={}, trial=True))
            if came.cut:
                _cut_lines(path)
        except Unreadable as refusal:
            return Tried(problem=refusal.reason)
        text = resource.contract.text if resource.contract else ""
        with FOREIGN_FILES.held(actor.pk):
            answer = first_rows(path, count=connector_policy().trial.rows, contract=text)
        return _told(answer, resource, more=came.cut or came.more)


def _told(answer: Answer, resource: Resource, *, more: bool) -> Tried:
    if answer.refused:
        return Tried(problem=Reason(answer.refused, answer.figures))
    agreed = contract_of(resource.contract)
    column_of = {heading: column for column, heading in answer.named.items()}
    columns = [TriedColumn(heading, column_of.get(heading, "")) for heading in answer.headings]
    if agreed is not None:
        columns += [TriedColumn("", one.name, missing=True) for one in agreed.columns if one.name not in answer.named]
    return Tried(
        columns=tuple(columns),
        first=answer.first,
        rows=answer.rows,
        placed=answer.placed,
        more=more,
        has_contract=agreed is not None,
    )


def _cut_lines(path: Path) -> None:
    """A table of lines ends with its last whole one; Unreadable for a file that can't be read in part."""
    content = path.read_bytes()
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_TABLES):
        told = gettext_noop(
            "the file is there and longer than the %(most)s MB of a trial: its first rows can't be shown, a fetch brings all"
        )
        raise Unreadable(told, most=connector_policy().trial.megabytes)
    path.write_bytes(content[: content.rfind(b"\n") + 1])
