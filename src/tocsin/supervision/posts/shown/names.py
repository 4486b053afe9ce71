"""Words of duty on post: states, signs, reasons of a hole, roll calls, leave, certificates."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.engine.duty.holes import Why
from tocsin.engine.duty.roll_call import CallState
from tocsin.engine.duty.shift import DutyState, Sign
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.posts.rules import LAPSED, TOLD_BY_FIRM, CertificateStatus, ChangeState, Means

SOON_DAYS: Final = 30  # a certificate that lapses within them is marked
STATE_NAMES: Final[dict[str, Promise]] = {
    DutyState.ON_POST: pgettext_lazy("presence", "on post"),
    DutyState.ABSENT: pgettext_lazy("presence", "suspected absent"),
    DutyState.NOT_FIT: pgettext_lazy("presence", "not fit for the post"),
    DutyState.NOT_REACHABLE: pgettext_lazy("presence", "not reachable"),
    DutyState.UNKNOWN: pgettext_lazy("presence", "cannot tell"),
    "leave": pgettext_lazy("presence", "on leave"),
    "waiting": pgettext_lazy("presence", "not judged yet"),
    "empty": pgettext_lazy("presence", "nobody planned"),
}
SHAPES: Final[dict[str, str]] = {
    DutyState.ON_POST: "code-shape green",
    DutyState.ABSENT: "level-shape red",
    DutyState.NOT_FIT: "level-shape yellow",
    DutyState.NOT_REACHABLE: "level-shape orange",
    "empty": "level-shape red",
}
TELLING: Final = (DutyState.ABSENT, DutyState.NOT_REACHABLE, DutyState.NOT_FIT, DutyState.UNKNOWN, DutyState.ON_POST)
VOTE_NAMES: Final[dict[str, Promise]] = {
    Sign.GATE: pgettext_lazy("sign", "gate"),
    Sign.POSITIONING: pgettext_lazy("sign", "positioning card"),
    Sign.ROLL_CALL: pgettext_lazy("sign", "roll call"),
    Sign.TERMINAL_LOGIN: pgettext_lazy("sign", "terminal login"),
    Sign.PHONE_LOCATION: pgettext_lazy("sign", "phone location"),
    Sign.CAMERA_MATCH: pgettext_lazy("sign", "face at the post"),
    Sign.PERMIT_SIGNATURE: pgettext_lazy("sign", "signed permit"),
    TOLD_BY_FIRM: pgettext_lazy("sign", "told by the firm"),
    "company": pgettext_lazy("sign", "card travels with a colleague's"),
    "stand_in": pgettext_lazy("sign", "a colleague off duty stands in"),
}
WHY_NAMES: Final[dict[Why, Promise]] = {
    Why.ON_LEAVE: pgettext_lazy("hole", "on leave"),
    Why.NO_CERTIFICATE: pgettext_lazy("hole", "no certificate"),
    Why.CERTIFICATE_EXPIRED: pgettext_lazy("hole", "certificate lapsed"),
    Why.CERTIFICATE_REVOKED: pgettext_lazy("hole", "certificate withdrawn"),
    Why.CERTIFICATE_NOT_YET: pgettext_lazy("hole", "certificate not yet in force"),
}
CALL_NAMES: Final[dict[str, Promise]] = {
    CallState.WAITING: pgettext_lazy("roll call", "answer awaited"),
    CallState.ANSWERED: pgettext_lazy("roll call", "answered"),
    CallState.UNANSWERED: pgettext_lazy("roll call", "no answer"),
    CallState.ANSWERED_LATE: pgettext_lazy("roll call", "answered late"),
    LAPSED: pgettext_lazy("roll call", "shift ended"),
}
CALL_CLASSES: Final[dict[str, str]] = {
    CallState.WAITING: "blue",
    CallState.ANSWERED: "good",
    CallState.UNANSWERED: "red",
    CallState.ANSWERED_LATE: "yellow",
}
CHANGE_NAMES: Final[dict[ChangeState, Promise]] = {
    ChangeState.ASKED: pgettext_lazy("leave", "asked for"),
    ChangeState.APPROVED: pgettext_lazy("leave", "approved"),
    ChangeState.REFUSED: pgettext_lazy("leave", "refused"),
    ChangeState.WITHDRAWN: pgettext_lazy("leave", "withdrawn"),
}
MEANS_NAMES: Final[dict[Means, Promise]] = {
    Means.PHONE_PAGE: pgettext_lazy("roll call", "phone page"),
    Means.TERMINAL: pgettext_lazy("roll call", "terminal"),
    Means.TELEPHONE: pgettext_lazy("roll call", "telephone"),
    Means.FIRM: pgettext_lazy("roll call", "told by the firm"),
}
CERTIFICATE_NAMES: Final[dict[CertificateStatus, Promise]] = {
    CertificateStatus.VALID: pgettext_lazy("certificate", "valid"),
    CertificateStatus.EXPIRED: pgettext_lazy("certificate", "lapsed"),
    CertificateStatus.REVOKED: pgettext_lazy("certificate", "withdrawn"),
}
KNOWN_CERTIFICATES: Final[dict[str, Promise]] = {
    "principal safety assessment": _("principal safety assessment"),
    "safety manager assessment": _("safety manager assessment"),
    "special operation licence": _("special operation licence"),
}


def certificate_name(name: str) -> str:
    """A certificate that policy names in the reader's words; another one by its own name."""
    return str(KNOWN_CERTIFICATES.get(name, name))


def post_name(key: str) -> str:
    """A post that a rule asks for, in the reader's words."""
    rule = next((one for one in post_policy().rule if one.key == key), None) or post_policy().permit_post_of(key)
    return key if rule is None else rule.zh if (get_language() or "zh").startswith("zh") else rule.en
