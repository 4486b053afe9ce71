"""What each row of a file of settings would do, against what is there now and what other rows bring."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.areas.rules.hours import WeekHours
from tocsin.jurisdiction.bodies.rules import NewDuty, governing_codes
from tocsin.jurisdiction.face import (
    ORGANISATION_KINDS,
    USERNAME,
    Organisation,
    all_regions,
    is_subject,
    may,
    shared_list_views,
    text_problems,
    towns_within,
    usernames_taken,
    visible_people,
)
from tocsin.jurisdiction.rights.rules import GRANTABLE, OF_AN_ORGANISATION, Permission
from tocsin.records.imports.rules import CellChange, CellProblem, ImportVerdict, Row
from tocsin.records.setup.rules import HERE_WORDS, CitySection, section_of
from tocsin.records.setup.services.areas import code_slip, is_town, name_slips
from tocsin.records.setup.services.bodies import KIND_WORDS, YES
from tocsin.records.versions.queries import UNREADABLE, policy_file
from tocsin.records.versions.services.city_file import stands
from tocsin.records.versions.services.versions import NewVersion, check_version

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Duty, SavedListView, User

type BodyKey = tuple[str, str]  # area and code
RIGHTS: Final[dict[CitySection, Permission]] = {
    CitySection.AREA: "organisations.manage",
    CitySection.BODY: "organisations.manage",
    CitySection.DUTY: "organisations.manage",
    CitySection.PERSON: "people.manage",
    CitySection.ROLE: "roles.grant",
    CitySection.VIEW: "organisations.manage",
    CitySection.POLICY: "policy.edit",
}
"""Who may take over what: each of the administrators, and the rule engineer, their own rows."""
BODY_TEXTS: Final = ("name_zh", "name_en", "telephone")


@dataclass(frozen=True)
class FoundBody:
    """A body as it is to be: its area, what its row says, and where it stands below."""

    region: str
    kind: str
    values: Mapping[str, str | bool]
    superior: BodyKey | None
    before: Organisation | None


@dataclass
class CityJudge:
    """All rows of one file; what they name is read once."""

    actor: "User"
    region_code: str
    regions: dict[str, tuple[str, str]] = field(default_factory=dict)
    towns: dict[str, str] = field(default_factory=dict)
    bodies: dict[BodyKey, Organisation] = field(default_factory=dict)
    people: "dict[str, User]" = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    views: "dict[tuple[BodyKey, str, str], SavedListView]" = field(default_factory=dict)
    new_bodies: set[BodyKey] = field(default_factory=set)
    new_people: dict[str, str] = field(default_factory=dict)  # user name to body
    seen: set[tuple[str, ...]] = field(default_factory=set)
    rights: dict[tuple[str, str], bool] = field(default_factory=dict)

    @classmethod
    def reads(cls, actor: "User", region_code: str, rows: Sequence[Row]) -> "CityJudge":
        """With what is there of the area and above it. A handful of queries."""
        prefix = governing_prefix(region_code)
        made = cls(actor, region_code)
        made.regions = {one.code: (one.name_zh, one.name_en) for one in all_regions()}
        made.towns = towns_within([region_code])
        above = Organisation.objects.filter(region_id__in=governing_codes(region_code))
        within = Organisation.objects.filter(region__code__startswith=prefix)
        for some in (above, within):
            made.bodies |= {(one.region_id, one.code): one for one in some.select_related("superior").prefetch_related("duties")}
        named = {row.cells["username"] for row in rows if row.cells.get("username")}
        made.people = {one.username: one for one in visible_people(actor).filter(username__in=named)}
        made.taken = usernames_taken(named) - set(made.people)
        for view in shared_list_views(prefix):
            if view.organisation is not None:
                made.views[(view.organisation.region_id, view.organisation.code), view.path, view.name] = view
        return made

    def judge(self, row: Row, section: CitySection) -> None:
        """The row with what it would write; what is not the actor's to write is left out."""
        region = self.region_of(row)
        row.name = self._named(row)
        key = tuple(f"{name}={text}" for name, text in sorted(row.cells.items()) if name not in ("text", "source", "reason"))
        if key in self.seen:
            row.problems.append(CellProblem("section", _("The file names this one twice.")))
        self.seen.add(key)
        if region not in self.regions and region != EVERYWHERE:
            row.problems.append(CellProblem("region", _("There is no region %(code)s.") % {"code": region}))
        elif not region.startswith(governing_prefix(self.region_code)) and section is not CitySection.POLICY:
            text = _("This area does not lie in %(region)s.") % {"region": self.region_code}
            row.problems.append(CellProblem("region", text))
        _JUDGES[section](self, row, region)
        if not self._may(RIGHTS[section], region):
            row.verdict, row.problems, row.changes = ImportVerdict.LEFT, [], []
            row.name = _("%(name)s – needs the permission %(permission)s") % {"name": row.name, "permission": RIGHTS[section]}

    def region_of(self, row: Row) -> str:
        """The area of a row: its own, else that of the import; of policy that names none everywhere."""
        section = section_of(row.cells)
        if section is CitySection.AREA:
            return self.region_code
        usual = EVERYWHERE if section is CitySection.POLICY else self.region_code
        told = row.cells.get("region", "")
        return self.region_code if told in HERE_WORDS else told or usual

    def _may(self, permission: Permission, region: str) -> bool:
        if (permission, region) not in self.rights:
            self.rights[permission, region] = may(self.actor, permission, region)
        return self.rights[permission, region]

    def _named(self, row: Row) -> str:
        told = ("name_zh", "name", "username", "policy", "body", "code")
        name = next((text for one in told if (text := row.cells.get(one, ""))), "")
        extra = (row.cells.get(one, "") for one in ("lifeline", "trade", "role", "key"))
        return " ".join(filter(None, (name, *extra)))[:200]

    def area(self, row: Row, region: str) -> None:
        code, name_zh, name_en = (row.cells.get(one, "") for one in ("code", "name_zh", "name_en"))
        if slip := code_slip(code, self.region_code, self.regions):
            row.problems.append(CellProblem("code", slip))
        row.problems += name_slips(code, name_zh, name_en)
        if not name_zh:
            row.problems.append(CellProblem("name_zh", _("This cell must not be empty.")))
        if is_town(code):
            before, names = (self.towns[code], "") if code in self.towns else None, (name_zh, "")
        else:
            before, names = self.regions.get(code), (name_zh, name_en or name_zh)
            self.regions.setdefault(code, names)
        row.found = before
        pairs = zip(("name_zh", "name_en"), before or ("", ""), names, strict=True)
        self._conclude(row, [] if before is None else [CellChange(*one) for one in pairs if one[1] != one[2]], before is None)

    def body(self, row: Row, region: str) -> None:
        cells, code = row.cells, row.cells.get("code", "")
        name = cells.get("name_zh", "")
        slips = text_problems(code, name, cells.get("name_en") or name, cells.get("telephone", ""))
        row.problems += [CellProblem(*one) for one in slips]
        before = self.bodies.get((region, code))
        kind = kind_of_word(cells.get("kind", ""))
        if not kind:
            text = _("This is none of %(codes)s.") % {"codes": ", ".join(ORGANISATION_KINDS)}
            row.problems.append(CellProblem("kind", text))
        elif before is not None and before.kind != kind:
            row.problems.append(CellProblem("kind", _("The kind of a body that is there stays.")))
        superior = self._body_named(cells.get("superior", ""), region, but=(region, code))
        if cells.get("superior") and superior is None:
            text = _("No body %(code)s stands in this area, above it, or in a row before.")
            row.problems.append(CellProblem("superior", text % {"code": cells["superior"][:60]}))
        values: dict[str, str | bool] = {one: cells.get(one) or (getattr(before, one) if before else "") for one in BODY_TEXTS}
        values["name_en"] = values["name_en"] or name
        desk = cells.get("desk", "").lower()
        values["has_desk"] = desk in YES or (not desk and before is not None and before.has_desk)
        self.new_bodies.add((region, code))
        if superior is None and before is not None and before.superior is not None:
            superior = (before.superior.region_id, before.superior.code)
        row.found = FoundBody(region, kind, values, superior, before)
        changes = []
        if before is not None:
            held = [(one, str(getattr(before, one)), str(value)) for one, value in values.items()]
            if superior is not None:
                held.append(("superior", _key_of(before.superior), "/".join(superior)))
            changes = [CellChange("desk" if one[0] == "has_desk" else one[0], one[1], one[2]) for one in held if one[1] != one[2]]
        self._conclude(row, changes, before is None)

    def duty(self, row: Row, region: str) -> None:
        cells, found = row.cells, self._body_of(row, region)
        try:
            since, until = (date.fromisoformat(cells[one]) if cells.get(one) else None for one in ("since", "until"))
            WeekHours.parse(cells.get("hours", ""))
        except ValueError as error:
            row.problems.append(CellProblem("hours", _("This can't be read: %(text)s") % {"text": str(error)[:100]}))
            return
        except Refusal as refusal:
            row.problems.append(CellProblem("hours", str(refusal)))
            return
        words = (cells.get("lifeline", ""), cells.get("trade", ""))
        kind = kind_of_word(cells.get("kind", ""))
        if not kind or all(words):
            text = _("A duty is of a known kind, and for a lifeline, for a trade, or for everything.")
            row.problems.append(CellProblem("kind", text))
        if not all(map(is_subject, words)):
            text = _("Lifelines and trades are named in lower-case letters, digits and underscores.")
            row.problems.append(CellProblem("lifeline", text))
        duty = NewDuty(kind, *words, cells.get("area") or region, cells.get("hours", ""), since, until)
        row.found = (region, cells.get("body", ""), duty)
        held = [] if found is None else [duty_of(one) for one in found.duties.all()]
        self._conclude(row, [], duty not in held)

    def person(self, row: Row, region: str) -> None:
        username = row.cells.get("username", "")
        if not USERNAME.fullmatch(username):
            text = _("A user name has 2 to 60 lower-case letters, digits, dots, dashes or underscores.")
            row.problems.append(CellProblem("username", text))
        if username in self.taken:
            row.problems.append(CellProblem("username", _("The user name %(username)s is taken.") % {"username": username}))
        if not 0 < len(row.cells.get("name", "")) <= 120:
            row.problems.append(CellProblem("name", _("A name has 1 to 120 characters.")))
        if row.cells.get("body"):
            self._body_of(row, region)
        self.new_people[username] = row.cells.get("body", "")
        row.found = (region, row.cells.get("body", ""))
        self._conclude(row, [], username not in self.people)

    def role(self, row: Row, region: str) -> None:
        username, role = row.cells.get("username", ""), row.cells.get("role", "")
        person = self.people.get(username)
        comes = username in self.new_people and self._may("people.manage", self.region_code)
        if person is None and not comes:
            row.problems.append(CellProblem("username", _("There is no such person in your regions.")))
        elif person is not None and person.pk == self.actor.pk:
            row.name = _("%(name)s – nobody gives or takes their own rights") % {"name": row.name}
            row.verdict = ImportVerdict.LEFT
            return
        if role not in GRANTABLE:
            row.problems.append(CellProblem("role", _("There is no such role.")))
        bound = self.new_people.get(username, "") or (person is not None and person.organisation_id)
        if role in OF_AN_ORGANISATION and not bound:
            text = _("This role is held in one's organisation; the person belongs to none.")
            row.problems.append(CellProblem("role", text))
        held = set() if person is None else {(one.role, one.region_code) for one in person.grants.all()}
        row.found = (username, role, region)
        self._conclude(row, [], (role, region) not in held)

    def view(self, row: Row, region: str) -> None:
        path, name = row.cells.get("path", ""), " ".join(row.cells.get("name", "").split())
        self._body_of(row, region)
        try:
            resolve(path)
        except Resolver404:
            text = _("There is no list at “%(path)s” of which a view could be kept.") % {"path": path[:200]}
            row.problems.append(CellProblem("path", text))
        if not 0 < len(name) <= 80:
            row.problems.append(CellProblem("name", _("A view has a name of at most %(most)s characters.") % {"most": 80}))
        before = self.views.get(((region, row.cells.get("body", "")), path, name))
        row.found = (region, row.cells.get("body", ""), before)
        query = row.cells.get("query", "")
        changes = [] if before is None or before.query == query else [CellChange("query", before.query, query)]
        self._conclude(row, changes, before is None)

    def policy(self, row: Row, region: str) -> None:
        cells = row.cells
        try:
            file = policy_file(cells.get("policy", ""))
            new = new_version(cells, region)
            check_version(file, new)
            row.found = new
            self._conclude(row, [], not stands(file, new))
        except UNREADABLE as error:
            row.problems.append(CellProblem("text", str(error)[:500]))

    def _conclude(self, row: Row, changes: list[CellChange], new: bool) -> None:
        row.changes = changes
        row.verdict = ImportVerdict.NEW if new else ImportVerdict.CHANGED if changes else ImportVerdict.SAME

    def _body_of(self, row: Row, region: str) -> Organisation | None:
        """The body that a row names; a problem where neither the area nor the file has it."""
        key = (region, row.cells.get("body", ""))
        if key not in self.bodies and key not in self.new_bodies:
            text = _("Region %(region)s has no organisation %(code)s.") % {"region": region, "code": key[1][:60]}
            row.problems.append(CellProblem("body", text))
        return self.bodies.get(key)

    def _body_named(self, text: str, region: str, but: BodyKey) -> BodyKey | None:
        """A body by its code in an area or above it, or behind its area: `370200/duty_room`."""
        if not text:
            return None
        area, _slash, code = text.rpartition("/")
        keys = [(area, code)] if area else [(one, code) for one in (region, *governing_codes(region))]
        return next((one for one in keys if one != but and (one in self.bodies or one in self.new_bodies)), None)


_JUDGES: Final[dict[CitySection, Callable[[CityJudge, Row, str], None]]] = {
    CitySection.AREA: CityJudge.area,
    CitySection.BODY: CityJudge.body,
    CitySection.DUTY: CityJudge.duty,
    CitySection.PERSON: CityJudge.person,
    CitySection.ROLE: CityJudge.role,
    CitySection.VIEW: CityJudge.view,
    CitySection.POLICY: CityJudge.policy,
}


def judge_city(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Section by section in the order in which they are written, so that each row finds what it builds on."""
    judge = CityJudge.reads(actor, region_code, rows)
    sections = [(row, section_of(row.cells)) for row in rows]
    for row, section in sections:
        if section is None:
            text = _("This is none of %(codes)s.") % {"codes": ", ".join(CitySection)}
            row.problems.append(CellProblem("section", text))
    order = list(CitySection)
    for row, section in sorted(((row, one) for row, one in sections if one), key=lambda pair: order.index(pair[1])):
        judge.judge(row, section)


def section_order(row: Row) -> int:
    """In which order rows are written."""
    return list(CitySection).index(section_of(row.cells) or CitySection.POLICY)


def new_version(cells: Mapping[str, str], region: str) -> NewVersion:
    """The version that a row of policy tells."""
    return NewVersion(
        text=cells.get("text", ""),
        region_code=region,
        trade=cells.get("trade", ""),
        key=cells.get("key", ""),
        whole=cells.get("whole", "") in YES,
        withdrawn=cells.get("withdrawn", "") in YES,
        source=cells.get("source", ""),
        confidence=cells.get("confidence", ""),
        reason=cells.get("reason", ""),
    )


def kind_of_word(word: str) -> str:
    """The kind of a body by its code or what offices call it; `""` for none."""
    told = word.strip().lower()
    return told if told in ORGANISATION_KINDS else KIND_WORDS.get(told, "")


def duty_of(one: "Duty") -> NewDuty:
    """A duty that is held, as it would be entered."""
    return NewDuty(one.kind, one.lifeline, one.trade, one.area_code, one.hours, one.effective_from, one.effective_to)


def _key_of(body: Organisation | None) -> str:
    return "" if body is None else f"{body.region_id}/{body.code}"
