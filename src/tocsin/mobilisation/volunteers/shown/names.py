"""Words of volunteers."""

from django.utils.translation import get_language, gettext, pgettext_lazy

from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.rules.register import Kind, Standing

KIND_NAMES = {
    Kind.PERSON: pgettext_lazy("kind of a volunteer", "person"),
    Kind.TEAM: pgettext_lazy("kind of a volunteer", "team"),
    Kind.MACHINE_OWNER: pgettext_lazy("kind of a volunteer", "owner of machines"),
    Kind.MILITIA: pgettext_lazy("kind of a volunteer", "militia"),
    Kind.FIRM_TEAM: pgettext_lazy("kind of a volunteer", "a firm's team"),
}
STANDING_NAMES = {
    Standing.INVITED: pgettext_lazy("standing of a volunteer", "invited"),
    Standing.APPLIED: pgettext_lazy("standing of a volunteer", "waits to be taken in"),
    Standing.CONFIRMED: pgettext_lazy("standing of a volunteer", "can be called"),
    Standing.PAUSED: pgettext_lazy("standing of a volunteer", "pauses"),
    Standing.REFUSED: pgettext_lazy("standing of a volunteer", "refused"),
    Standing.LEFT: pgettext_lazy("standing of a volunteer", "has left"),
}
STANDING_CLASSES = {Standing.CONFIRMED: "good", Standing.APPLIED: "warn", Standing.REFUSED: "bad"}


def skill_name(code: str) -> str:
    """A skill in the reader's language; its code where the policy has it no more."""
    skill = volunteers_policy().skills.get(code)
    if skill is None:
        return code
    return skill.zh if (get_language() or "").startswith("zh") else skill.en


def skill_choices() -> list[tuple[str, str, str]]:
    """Code, name and kind of every skill, in the order of forms."""
    return [(one.code, skill_name(one.code), one.kind) for one in volunteers_policy().skill]


def consent_text() -> str:
    """The text in force in the reader's language."""
    text = volunteers_policy().consent
    return text.zh if (get_language() or "").startswith("zh") else text.en


def map_texts() -> dict[str, str]:
    """What maps of volunteers and needs say in words (web/src/place-map.ts, object-map.ts)."""
    return {
        "map_failed": gettext("The map can't be shown just now; the fields say the same."),
        "map_zoom": gettext("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": gettext("Move the map with two fingers"),
        "no_place": gettext("The device does not say where it is: tap the map."),
    }
