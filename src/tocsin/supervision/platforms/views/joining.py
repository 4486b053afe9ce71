"""A platform joined by its page: connected, its fields chosen beside a sample record, tried without writing, switched on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.acts import Attempt, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.evidence.shown import LEVEL_NAMES
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms import queries
from tocsin.supervision.platforms.models import Connector, PlatformTable
from tocsin.supervision.platforms.policy import KNOWN, NEEDED, SOURCES, Platform, WrongTable
from tocsin.supervision.platforms.services import dry_run as dry_runs
from tocsin.supervision.platforms.services import joining
from tocsin.supervision.platforms.shown import FIELD_NAMES, KIND_NAMES, WAY_NAMES, DryRunOut, describe_dry_run


@dataclass(frozen=True)
class GivenPlatform:
    """The form of a platform. Several values stand in lines: `Name: value` of headers, `field: word=number, …` of words,
    `station=region` of places. `from_…`: where each field is taken from, empty for none.
    """

    platform: Line
    level: Line
    region: Line
    way: Literal["pull", "folder", "bus"] = "pull"
    kind: Literal["evidence", "signs", "weather"] = "evidence"
    title: Line = ""
    url: Line = ""
    headers: str = ""
    every_s: float = 300.0
    form: Literal["json", "ndjson", "csv"] = "json"
    rows: Line = ""
    cursor: Line = ""
    zone_h: float = 8.0
    subject: Line = ""
    words: str = ""
    places: str = ""
    key: str = ""
    forget_key: bool = False
    inner: str = ""
    inner_reason: Line = ""
    from_firm: Line = ""
    from_person: Line = ""
    from_at: Line = ""
    from_value: Line = ""
    from_source: Line = ""
    from_unit: Line = ""
    from_origin: Line = ""
    from_place: Line = ""
    from_irradiance: Line = ""

    def as_inner(self) -> joining.InnerNetworks:
        """The inner networks, one a line or between commas."""
        return joining.InnerNetworks(tuple(self.inner.replace(",", " ").split()), self.inner_reason)

    def as_settings(self) -> Platform:
        """The settings; InvalidInput for what can't be read."""
        if not 5 <= self.every_s <= 86_400 or not -24 <= self.zone_h <= 24:
            raise InvalidInput(_("It is asked every 5 seconds to every day; a zone is at most 24 hours from UTC."))
        if not self.platform or not self.level or len(self.platform) > 60 or len(self.level) > 20:
            raise InvalidInput(_("Name the platform and its level, in 60 and 20 characters at most."))
        if len(self.region) != 6 or not self.region.isascii() or not self.region.isdigit():
            raise InvalidInput(_("Choose a region."))
        fields = {name: getattr(self, f"from_{name}") for name in KNOWN[self.kind]}
        return Platform(
            platform=self.platform,
            level=self.level,
            region=self.region,
            way=self.way,
            kind=self.kind,
            name=self.title[:120],
            url=self.url,
            headers=dict(_pairs(self.headers, ":")),
            every_s=self.every_s,
            form=self.form,
            rows=self.rows,
            cursor=self.cursor,
            zone_h=self.zone_h,
            subject=self.subject,
            words={name: dict(_numbers(words)) for name, words in _pairs(self.words, ":")},
            places=dict(_pairs(self.places, "=")),
            fields={name: source for name, source in fields.items() if source},
        )


def _pairs(text: str, mark: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, found, value = line.partition(mark)
        if not found or not name.strip():
            raise InvalidInput(_("“%(line)s” can't be read: write name %(mark)s value.") % {"line": line[:60], "mark": mark})
        yield name.strip(), value.strip()


def _numbers(text: str) -> Iterator[tuple[str, float]]:
    for one in filter(None, (part.strip() for part in text.replace("，", ",").split(","))):
        word, _found, number = one.partition("=")
        try:
            yield word.strip(), float(number)
        except ValueError:
            raise InvalidInput(_("“%(given)s” is no number for a word: write word=0.") % {"given": one[:60]}) from None


@never_cache
@require_GET
def new_platform(request: HttpRequest) -> HttpResponse:
    """The empty form."""
    if not may_anywhere(request.user, rights.MANAGE):
        raise NotAllowed(_("You keep the register of no area."))
    return _page(request, None)


@act("platforms", alone=True)
def enter_platform(request: HttpRequest, *, name: Line, given: GivenPlatform) -> HttpResponse:
    """The platform stands on its page, switched off."""
    made = joining.enter_platform(
        actor=actor_of(request),
        name=name,
        platform=given.as_settings(),
        key=given.key,
        inner=given.as_inner(),
        now=current_time(),
    )
    return redirect("joined_platform", made.pk)


@never_cache
@require_GET
def joined_platform(request: HttpRequest, platform_table_id: UUID) -> HttpResponse:
    """Its settings."""
    return _page(request, queries.visible_tables(request.user).get(pk=platform_table_id))


@never_cache
@require_POST
def try_platform_table(request: HttpRequest, platform_table_id: UUID) -> HttpResponse:
    """Its settings with what a dry run found."""
    table = queries.visible_tables(request.user).get(pk=platform_table_id)
    found = None
    with Attempt(request):
        found = describe_dry_run(dry_runs.dry_run(actor=actor_of(request), table_id=table.pk, now=current_time()))
    return _page(request, table, found)


def _change(actor: Actor, table_id: UUID, *, given: GivenPlatform) -> str:
    joining.change_platform(
        actor=actor,
        table_id=table_id,
        platform=given.as_settings(),
        key=given.key,
        forget_key=given.forget_key,
        inner=given.as_inner(),
        now=current_time(),
    )
    return _("Kept. Try it: nothing is written.")


def _switch(actor: Actor, table_id: UUID, *, on: bool) -> str:
    joining.switch_platform(actor=actor, table_id=table_id, on=on, now=current_time())
    return _("It is asked from now on.") if on else _("It is asked no more; what it brought stays.")


@require_POST
def act_on_platform_table(request: HttpRequest, platform_table_id: UUID, name: str) -> HttpResponse:
    """Keeps other settings, or switches the platform on or off."""
    table = queries.visible_tables(request.user).get(pk=platform_table_id)
    perform_and_tell(request, {"change": _change, "switch": _switch}, name, actor_of(request), table.pk)
    return redirect("joined_platform", table.pk)


def _page(request: HttpRequest, table: PlatformTable | None, found: DryRunOut | None = None) -> HttpResponse:
    read = None if table is None else queries.settings_by_page(table)
    settings = read if isinstance(read, Platform) else None
    kind = settings.kind if settings else "evidence"
    fields = dict(settings.fields) if settings else {}
    names = KNOWN[kind] if table is not None else tuple(dict.fromkeys(name for known in KNOWN.values() for name in known))
    context: dict[str, object] = {
        "table": table,
        "settings": settings,
        "problem": read.problem if isinstance(read, WrongTable) else "",
        "state": Connector.objects.filter(name=table.name).first() if table is not None else None,
        "fields": [(name, FIELD_NAMES[name], fields.get(name, ""), name in NEEDED[kind]) for name in names],
        "headers": "\n".join(f"{name}: {value}" for name, value in (settings.headers if settings else {}).items()),
        "words": "\n".join(
            f"{name}: {', '.join(f'{word}={number:g}' for word, number in words.items())}"
            for name, words in (settings.words if settings else {}).items()
        ),
        "places": "\n".join(f"{name}={value}" for name, value in (settings.places if settings else {}).items()),
        "sources": [f"={one}" for one in SOURCES.get(kind, ())],
        "ways": [(way, name) for way, name in WAY_NAMES.items() if way != "push"],
        "kinds": list(KIND_NAMES.items()),
        "levels": list(LEVEL_NAMES.items()),
        "forms": [("json", "JSON"), ("ndjson", "NDJSON"), ("csv", "CSV")],
        "regions": [(one.code, str(one)) for one in regions_within(request.user, rights.MANAGE)],
        "inner": "\n".join(table.inner) if table else "",
        "found": found,
    }
    return render(request, "supervision/platforms/joining.html", context)
