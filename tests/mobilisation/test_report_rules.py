"""Rules of reports by the public: where each act leads, secrets and receipts, clocks, completeness, the work of a page."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tocsin.base.work import is_worked_for
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules import clocks
from tocsin.mobilisation.hazard_reports.rules.intake import (
    ClockLimits,
    Handed,
    clock_is_wrong,
    completeness_of,
    content_hash,
    told_moment,
)
from tocsin.mobilisation.hazard_reports.rules.receipts import (
    LARGEST,
    PublicKey,
    Receipt,
    ReceiptVerdict,
    content_word,
    key_set,
    sign_receipt,
    verify_receipt,
)
from tocsin.mobilisation.hazard_reports.rules.secrets import SIGNS, new_secret, read_secret
from tocsin.mobilisation.hazard_reports.rules.states import ActVerdict, ReportAct, ReportState, judge_act

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Qingdao
ZONE = ZoneInfo("Asia/Shanghai")
SEED = bytes(range(32))

JUDGED = [
    ("a new one is accepted", "accept", "received", {}, ActVerdict.GOES_ON),
    ("twice is once too often", "accept", "accepted", {}, ActVerdict.NOT_NOW),
    ("nobody checks what nobody was sent to", "check", "accepted", {}, ActVerdict.NOT_NOW),
    ("a false one is not handled", "handle", "not_true", {}, ActVerdict.NOT_NOW),
    ("a false one is answered", "answer", "not_true", {}, ActVerdict.GOES_ON),
    ("a true one is answered once it is handled", "answer", "true", {}, ActVerdict.NOT_NOW),
    ("an ended one begins again", "reopen", "closed", {}, ActVerdict.GOES_ON),
    ("but once", "reopen", "closed", {"done_before": True}, ActVerdict.ONCE),
    ("one that went into another is not acted upon", "accept", "received", {"merged": True}, ActVerdict.MERGED),
    ("its reporter still adds", "add", "received", {"merged": True}, ActVerdict.GOES_ON),
]


@pytest.mark.parametrize(("name", "act", "state", "more", "verdict"), JUDGED, ids=[one[0] for one in JUDGED])
def test_acts_lead_from_state_to_state(name: str, act: str, state: str, more: dict[str, bool], verdict: ActVerdict) -> None:
    assert judge_act(ReportAct(act), ReportState(state), **more) is verdict


def test_a_secret_shows_every_wrong_sign_and_every_two_neighbours_that_changed_places() -> None:
    plain = read_secret(new_secret().lower().replace("0", "o"))
    assert plain is not None
    for at, sign in enumerate(plain):
        assert all(read_secret(plain[:at] + other + plain[at + 1 :]) is None for other in SIGNS if other != sign)
    for at in range(14):
        left, right = plain[at], plain[at + 1]
        swapped = plain[:at] + right + left + plain[at + 2 :]
        unseen = left == right or abs(SIGNS.index(left) - SIGNS.index(right)) == 16  # one pair of neighbours in 32
        assert (read_secret(swapped) is None) is not unseen


def test_a_receipt_fits_its_code_and_any_jws_library_proves_it() -> None:
    word = content_word(content_hash(Handed(kind="fire", text="smoke")))
    text = sign_receipt(Receipt("370213-20261125-R1234567", NOW, word), SEED)
    assert len(text) <= LARGEST
    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
    foreign = jwt.PyJWS().decode_complete(text, public, algorithms=["EdDSA"])
    assert foreign["payload"].decode().split() == ["370213-20261125-R1234567", str(int(NOW.timestamp())), word]
    jwk = json.dumps(key_set((PublicKey(public),))["keys"][0])  # type: ignore[index]
    assert jwt.PyJWS().decode(text, jwt.PyJWK.from_json(jwk).key, algorithms=["EdDSA"])


PROVED = [
    ("as it was given", lambda text: text, None, ReceiptVerdict.VALID),
    ("with another number", lambda text: text.replace(".Mz", ".Nz"), None, ReceiptVerdict.WRONG_SIGNATURE),
    ("cut", lambda text: text[:60], None, ReceiptVerdict.UNREADABLE),
    ("no receipt", lambda _text: "{}", None, ReceiptVerdict.UNREADABLE),
    ("of a key replaced before", lambda text: text, NOW - timedelta(days=1), ReceiptVerdict.AFTER_ITS_KEY),
    ("of a key replaced since", lambda text: text, NOW + timedelta(days=1), ReceiptVerdict.VALID),
]


@pytest.mark.parametrize(("name", "changed", "until", "verdict"), PROVED, ids=[one[0] for one in PROVED])
def test_a_receipt_is_proved(name: str, changed: object, until: datetime | None, verdict: ReceiptVerdict) -> None:
    text = sign_receipt(Receipt("370213-20261125-R0001", NOW, "x" * 32), SEED)
    assert ".Mz" in text
    other = PublicKey(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    key = PublicKey(Ed25519PrivateKey.from_private_bytes(SEED).public_key(), until)
    found, _receipt = verify_receipt(changed(text), (other, key))  # type: ignore[operator]
    assert found is verdict
    if verdict is ReceiptVerdict.VALID:
        assert verify_receipt(text, (other,))[0] is ReceiptVerdict.UNKNOWN_KEY


class NoHolidays:
    """Monday to Friday."""

    def after(self, day: date, working_days: int) -> date:
        while working_days:
            day += timedelta(days=1)
            working_days -= day.weekday() < 5
        return day


def test_clocks_count_as_policy_says() -> None:
    figures, calendar = report_policy().clocks, NoHolidays()
    local = clocks.accept_due(NOW, figures, calendar, ZONE, danger=False).astimezone(ZONE)
    assert (local.date(), local.hour) == (date(2026, 12, 3), 0)  # to the end of the fifth working day, Wednesday 2 December
    assert clocks.accept_due(NOW, figures, calendar, ZONE, danger=True) == NOW + timedelta(hours=24)
    plain = clocks.check_due(NOW, NOW, figures, ZONE, danger=False)
    longer = clocks.check_due(NOW, NOW, figures, ZONE, danger=False, extended=True)
    assert (longer - plain).days == figures.extension_days
    assert clocks.answer_due(NOW, figures, ZONE).astimezone(ZONE).date() == date(2026, 12, 6)


def test_what_makes_a_report_complete() -> None:
    full = Handed(kind="fire", text="the exit of the hall is locked", firm="Hongda", place="12 Road", since="a week")
    assert completeness_of(full, least_signs=10, pictures=1).score == 5
    vague = completeness_of(Handed(kind="fire", text="dangerous"), least_signs=10, pictures=0)
    assert (vague.score, vague.is_valid) == (0, False)
    assert completeness_of(Handed(kind="fire", text="the exit is locked", lon=1.0, lat=1.0), least_signs=10, pictures=0).is_valid


LIMITS = ClockLimits(wrong=timedelta(minutes=5), waits=timedelta(days=30))
CLOCKS = [
    ("a moment ago", NOW - timedelta(minutes=1), NOW - timedelta(minutes=1)),
    ("a little ahead", NOW + timedelta(minutes=2), NOW),
    ("a year behind", NOW - timedelta(days=365), None),
    ("a year ahead", NOW + timedelta(days=365), None),
    ("none", None, None),
]


@pytest.mark.parametrize(("name", "said", "told"), CLOCKS, ids=[one[0] for one in CLOCKS])
def test_a_wrong_clock_of_a_phone_counts_for_nothing(name: str, said: datetime | None, told: datetime | None) -> None:
    assert told_moment(said, LIMITS, now=NOW) == told


WRONG = {
    "right": (timedelta(0), False),
    "at the limit": (timedelta(minutes=5), False),
    "ahead": (timedelta(minutes=6), True),
    "behind": (timedelta(hours=-2), True),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_clock_is_wrong_by_what_it_says_when_it_sends(name: str) -> None:
    by, wrong = WRONG[name]
    assert clock_is_wrong(NOW + by, LIMITS, now=NOW) is wrong and not clock_is_wrong(None, LIMITS, now=NOW)


def test_the_work_of_a_page_is_for_one_report() -> None:
    nonce = next(str(n) for n in range(100_000) if is_worked_for("one", "hash", str(n), bits=8))
    assert not is_worked_for("one", "hash", nonce, bits=30)
    assert sum(is_worked_for(f"other {k}", "hash", nonce, bits=8) for k in range(64)) <= 3
