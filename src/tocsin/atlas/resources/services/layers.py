"""Layers of a file become resources: each under a short name of its own, with a contract that is read off it."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.atlas.resources.models import Delivery, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.rules.levels import Shared, SharingLevel
from tocsin.atlas.resources.services.landing import deliver
from tocsin.atlas.resources.services.reading import layers_in
from tocsin.atlas.resources.services.register import ResourceFacts, register_resource
from tocsin.atlas.resources.shown.findings import problem_words
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.gate import FOREIGN_FILES
from tocsin.jurisdiction.face import require

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_LAYERS: Final = 100


@dataclass(frozen=True)
class LoadedLayer:
    """What became of one layer. `delivery` is None where the resource holds exactly this file already."""

    layer: str
    resource: Resource
    is_new: bool
    delivery: Delivery | None


def load_layers(
    *,
    actor: "User",
    region_code: str,
    owner_id: UUID,
    file_name: str,
    content: bytes,
    level: SharingLevel,
    now: datetime,
    way: Shared,
) -> list[LoadedLayer]:
    """Every layer of a file as a resource of that body; a file without layers is one. The same file again changes nothing.

    InvalidInput where the file can't be read; Conflict where a short name belongs to a resource of another body.
    """
    require(actor, rights.KEEP, region_code, (owner_id,))
    most = resource_policy().reading.most_megabytes
    if not content or len(content) > most * 1_000_000:
        raise InvalidInput(_("A file has at most %(most)s MB.") % {"most": most})
    names = _layers(actor, content)
    if len(names) > MOST_LAYERS:
        raise InvalidInput(_("A file has at most %(most)s layers.") % {"most": MOST_LAYERS})
    stem = Path(file_name).stem or "file"
    slugs = {layer: slug_of(layer or stem) for layer in names}
    known = {one.slug: one for one in Resource.objects.filter(slug__in=slugs.values()).select_related("good")}
    for slug in slugs.values():
        if slug in known and known[slug].owner_id != owner_id:
            raise Conflict(_("The short name %(slug)s is taken.") % {"slug": slug})
    digest = sha256(content).hexdigest()
    loaded = []
    for layer, slug in slugs.items():
        resource, is_new = known.get(slug), False
        if resource is None:
            facts = ResourceFacts(name_zh=(layer or stem)[:120], level=level, source=file_name[:200])
            resource, is_new = (
                register_resource(actor=actor, region_code=region_code, owner_id=owner_id, slug=slug, facts=facts, now=now),
                True,
            )
        delivery = None
        if resource.good is None or (resource.good.digest, resource.good.layer) != (digest, layer):
            delivery = deliver(
                actor=actor, resource_id=resource.pk, file_name=file_name, content=content, layer=layer, now=now, way=way
            )
        loaded.append(LoadedLayer(layer, resource, is_new, delivery))
    return loaded


def slug_of(name: str) -> str:
    """A short name for addresses: small Latin letters, Chinese by its pinyin.

    >>> slug_of("消防水源"), slug_of("Fire Hydrants (2026)")
    ('xiao-fang-shui-yuan', 'fire-hydrants-2026')
    """
    import pypinyin  # a quarter of a second, which only those pay who load layers

    spoken = " ".join(pypinyin.lazy_pinyin(name)).lower()
    return re.sub(r"[^a-z0-9]+", "-", spoken).strip("-")[:60].rstrip("-") or "layer"


def _layers(actor: "User", content: bytes) -> list[str]:
    """The layers of the file; one without a name where it has none. InvalidInput where it can't be read."""
    with TemporaryDirectory(prefix="tocsin-") as folder, FOREIGN_FILES.held(actor.pk):
        path = Path(folder) / "file"
        path.write_bytes(content)
        answer = layers_in(path)
    if answer.refused:
        raise InvalidInput(problem_words({"template": answer.refused, "figures": answer.figures}))
    return list(answer.layers) or [""]
