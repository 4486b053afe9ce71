"""The people of a demonstration at work: each signs in as in a browser and does, by the API, what the script of the story says.

Nothing here is a short cut: rights, clocks, conflicts and the time line are those of a real shift. Where a visitor was quicker,
the act of the script is refused like anybody's and left out.
"""

import asyncio
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image, ImageDraw
from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.ids import deterministic_id
from tocsin.base.time import Clock, ms_from_datetime
from tocsin.workshop.demo.attending import Attending
from tocsin.workshop.demo.memory import Login
from tocsin.workshop.demo.sessions import Answer, Session

FOLDER = Path(__file__).with_name("scripts")
LOOK_S = 0.5
READS_AGAIN = 3  # times, where something was changed between reading and pressing
_MARK = re.compile(r"<([a-z]+)(?::([a-z_0-9]+))?>")


type Told = dict[str, Any]
"""An object of JSON, as the API or the script tells it."""


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that one person does, so many minutes after the case was opened.

    `call` is a method and a path below /api/v1/command/; names in <> in it and in `body` are filled in (`Units._fill`). An act
    that waits is tried again while it is refused: something has to come about first. `when`: the state that the case must have
    reached; `each`: done for every order of the case with these values, which <each> names.
    """

    after_min: float
    who: str
    call: str
    tells: str
    body: Told = {}
    waits: bool = False
    when: str = ""
    each: dict[str, str] = {}
    every_min: float = 0.0  # again and again, until `until_min`
    until_min: float = 0.0
    picture: bool = False  # sends `body` as a form, with a picture beside it


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the people of a story do. `case` is what to search its case by, `keeps` who takes what else comes in."""

    case: str
    keeps: str
    act: tuple[Act, ...]


def load_script(scenario: str) -> Script | None:
    """The script of a shipped scenario, None where its people only look; InvalidInput names what can't be read."""
    path = FOLDER / f"{scenario}.toml"
    if not path.exists():
        return None
    try:
        script = convert(tomllib.loads(path.read_text(encoding="utf-8")), Script)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(f"{path}: {error}") from None
    times = [act.after_min for act in script.act]
    if times != sorted(times):
        raise InvalidInput(f"{path}: acts stand in the order of their time")
    acts = sorted((one for act in script.act for one in _repeated(act)), key=lambda act: act.after_min)
    return msgspec.structs.replace(script, act=tuple(acts))


def _repeated(act: Act) -> Iterable[Act]:
    """The act, and again as often as it says."""
    minute = act.after_min
    yield act
    while act.every_min and (minute := minute + act.every_min) <= act.until_min:
        yield msgspec.structs.replace(act, after_min=minute)


class Units:
    """Plays a script from act number `done` on; `done` counts on as it plays, for the next start of the demonstration.

    `by_hand`: it only says whose turn it is to do what.
    """

    def __init__(
        self,
        script: Script,
        people: Iterable[Login],
        url: str,
        clock: Clock,
        say: Callable[[str], None],
        done: int = 0,
        *,
        by_hand: bool = False,
    ) -> None:
        self.done = done
        self._ended = False
        self._by_hand = by_hand
        self._script, self._clock, self._say = script, clock, say
        self._pool = PoolManager(maxsize=2, retries=False)
        self._sessions = {one.username: Session(self._pool, url, one) for one in people}
        self._case: Told | None = None
        acting = {act.who for act in script.act}
        self._attending = Attending({name: one for name, one in self._sessions.items() if name in acting}, clock, by_hand=by_hand)

    async def play(self) -> None:
        """Runs until cancelled."""
        try:
            while True:
                try:
                    await asyncio.to_thread(self._do_what_is_due)
                    await asyncio.to_thread(self._attending.look)
                except (HTTPError, Unavailable) as error:
                    self._say(f"the people of the story wait: {error}")
                await asyncio.sleep(LOOK_S)
        finally:
            self._ended = True  # a thread that is in the midst of acts would hold up the end

    def _do_what_is_due(self) -> None:
        case = self._case = self._case or self._find_case()
        if case is None:
            return
        opened_ms = ms_from_datetime(datetime.fromisoformat(case["opened_at"]))
        while self.done < len(self._script.act) and not self._ended:
            act = self._script.act[self.done]
            due_ms = opened_ms + round(timedelta(minutes=act.after_min) / timedelta(milliseconds=1))
            if self._clock.now_ms() < due_ms or not self._is_so(act, case):
                return
            if self._by_hand:
                self._say(f"{self._told_time()}  your turn, {act.who}: {act.tells}")
            elif not self._do(act, case):
                return
            self.done += 1
        if not self._by_hand:
            self._look_after_others(case)

    def _is_so(self, act: Act, case: Told) -> bool:
        """Whether the case has come to the state that the act waits for."""
        if not act.when:
            return True
        found = self._sessions[act.who].call("GET", "cases", query={"state": act.when, "search": case["number"]})
        return bool(found.status == HTTPStatus.OK and found.told["items"])

    def _look_after_others(self, case: Told) -> None:
        """The desk takes what else has come in: nothing stands untouched while the story is played."""
        session = self._sessions[self._script.keeps]
        found = session.call("GET", "cases", query={"state": "waiting", "limit": "50"})
        for other in found.told["items"] if found.status == HTTPStatus.OK else ():
            if other["id"] != case["id"]:
                session.call("POST", f"cases/{other['id']}/take")

    def _find_case(self) -> Told | None:
        """The first case of the story."""
        session = next(iter(self._sessions.values()))
        found = session.call("GET", "cases", query={"state": "all", "search": self._script.case, "limit": "500"})
        cases: list[Told] = found.told["items"] if found.status == HTTPStatus.OK else []
        return min(cases, key=lambda one: str(one["number"]), default=None)

    def _do(self, act: Act, case: Told) -> bool:
        """True where the act is behind us: done, or refused for good."""
        if act.each:
            return self._do_each(act, case)
        try:
            answer = self._call(act, case)
            for _reading in range(READS_AGAIN):  # what it speaks of has changed since it was read, as a report does by the minute
                if answer.status != HTTPStatus.CONFLICT or act.waits:
                    break
                answer = self._call(act, case)
        except LookupError as missing:  # an order, a report that the act speaks of is not there
            if not act.waits:
                self._say(f"{self._told_time()}  {act.who}: left out, {missing}")
            return not act.waits
        refused = answer.status >= HTTPStatus.BAD_REQUEST or _not_taken(answer.told)
        if refused and act.waits and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return False
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(f"{act.call} answered {answer.status}")
        why = f" ({answer.reason})" if refused else ""
        self._say(f"{self._told_time()}  {act.who}: {act.tells}{why}")
        return True

    def _call(self, act: Act, case: Told) -> Answer:
        """What the act asks for, by what stands there now. LookupError: what it speaks of is not there."""
        method, _blank, path = act.call.partition(" ")
        body = json.loads(self._fill(json.dumps(act.body, ensure_ascii=False), act, case))
        picture = drawn_picture() if act.picture else None
        return self._sessions[act.who].call(method, self._fill(path, act, case), body=body, picture=picture)

    def _do_each(self, act: Act, case: Told) -> bool:
        """The same for every order that the act is about; what one refuses leaves the others."""
        method, _blank, path = act.call.partition(" ")
        session = self._sessions[act.who]
        orders = session.call("GET", "orders", query={"limit": "500"}).told["items"]
        wanted = {**act.each, "case_id": str(case["id"])}
        for order in (one for one in orders if all(str(one.get(field)) == value for field, value in wanted.items())):
            body = json.loads(self._fill(json.dumps(act.body, ensure_ascii=False), act, case).replace("<each>", order["id"]))
            answer = session.call(method, self._fill(path.replace("<each>", order["id"]), act, case), body=body)
            why = f" ({answer.reason})" if answer.status >= HTTPStatus.BAD_REQUEST else ""
            self._say(f"{self._told_time()}  {act.who}: {act.tells}, {order['unit']}{why}")
        return True

    def _fill(self, text: str, act: Act, case: Told) -> str:
        """Fills <case>, <now>, <later:HOURS>, <unit:CODE>, <order:CODE>, <report:STATE> …; LookupError: what is missing."""
        return _MARK.sub(lambda found: self._value_of(found[1], found[2] or "", act, case), text)

    def _value_of(self, kind: str, code: str, act: Act, case: Told) -> str:
        ask = self._sessions[act.who].call
        match kind:
            case "case":
                return str(case["id"])
            case "number":
                return str(case["number"])
            case "alarm":
                return str(case["lead_alarm_id"])
            case "now":
                return self._clock.now().isoformat()
            case "begun":
                return str(case["begun_at"])
            case "later":
                return (self._clock.now() + timedelta(hours=int(code))).isoformat()
            case "id":
                return str(deterministic_id("demonstration", str(case["id"]), str(self._script.act.index(act)), code))
            case "unit":
                return _one(ask("GET", "/api/v1/jurisdiction/organisations").told, kind, code, code=code)
            case "each":
                return "<each>"
            case "phone":
                bodies = ask("GET", "/api/v1/jurisdiction/organisations").told
                return next((str(one["telephone"]) for one in bodies if one["code"] == code), "")
            case "task":
                tasks = [task for start in ask("GET", f"cases/{case['id']}/plans").told["started"] for task in start["tasks"]]
                return _one(tasks, kind, code, code=code)
            case "order":
                unit = self._value_of("unit", code, act, case)
                orders = ask("GET", "orders", query={"limit": "500"}).told["items"]
                return _one(orders, kind, code, unit_id=unit, case_id=case["id"])
            case "me":
                return str(self._sessions[code].call("GET", "/api/v1/jurisdiction/me").told["person"]["id"])
            case "desk":
                return _one(ask("GET", "duty/desks").told, kind, code, code=code)
            case "shift":
                return _one(ask("GET", "duty/shifts").told, kind, code, standing=code)
            case "handover":
                return _one(ask("GET", "duty/handovers").told, kind, code, state=code)
            case "report":
                reports = ask("GET", "reports", query={"list": "all"}).told["items"]
                return _one(reports, kind, code, state=code, case_id=case["id"])
            case "request" | "plan" | "delivery" | "receipt":
                return self._of_supplies(kind, code, act, case)
            case "seen":
                report = self._value_of("report", code, act, case)
                return str(ask("GET", f"reports/{report}").told["seen"])
        raise InvalidInput(f"the script knows no <{kind}>")

    def _of_supplies(self, kind: str, code: str, act: Act, case: Told) -> str:
        """The case's request of supplies, its plan of a kind, its delivery of that number, or the code of that one."""
        ask = self._sessions[act.who].call
        if kind in ("request", "plan"):
            rows = ask("GET", "/api/v1/supplies/requests", query={"limit": "50"}).told["items"]
            request = _one(rows, "request", "", subject_label=case["number"])
            if kind == "request":
                return request
            plans = ask("GET", f"/api/v1/supplies/requests/{request}").told["plans"]
            return _one((one for one in plans if one["kind"] == code), kind, code, state="ready")
        rows = sorted(
            ask("GET", "/api/v1/supplies/deliveries", query={"limit": "50"}).told["items"], key=lambda one: one["number"]
        )
        if int(code) > len(rows):
            raise LookupError(f"there is no {kind} {code}")
        delivery = str(rows[int(code) - 1]["id"])
        return delivery if kind == "delivery" else str(ask("GET", f"/api/v1/supplies/deliveries/{delivery}").told["code"])

    def _told_time(self) -> str:
        return f"{self._clock.now().astimezone():%m-%d %H:%M}"


def drawn_picture() -> bytes:
    """A PNG of 640 by 480: a pipe with a collar. It stands for what a crew would photograph, and shows that it is drawn."""
    picture = Image.new("RGB", (640, 480), (214, 206, 190))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 190, 640, 290), fill=(120, 124, 130))
    draw.rectangle((270, 170, 370, 310), fill=(176, 116, 60), outline=(90, 60, 30), width=4)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _one(rows: Iterable[Told], kind: str, name: str, **wanted: Any) -> str:
    """The id of the first row with these values; LookupError where there is none."""
    for row in rows:
        if all(str(row.get(field)) == str(value) for field, value in wanted.items()):
            return str(row["id"])
    raise LookupError(f"there is no {kind} {name}".rstrip())


def _not_taken(told: Any) -> bool:
    """Whether one of a batch of entries was refused."""
    return isinstance(told, list) and any(isinstance(one, dict) and one.get("taken") is False for one in told)
