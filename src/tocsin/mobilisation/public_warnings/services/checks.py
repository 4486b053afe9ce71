"""What a warning must be before it is issued: complete, in time, and a message that our own check takes for valid."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.rules.states import Times, TimeVerdict, judge_times, lacking_texts

LONGEST_HEADLINE = 160


def check_times(warning: PublicWarning, now: datetime) -> None:
    """InvalidInput with how to mend times that make no sense."""
    policy = warning_policy(warning.region_code)
    longest, furthest = timedelta(hours=policy.longest_h), timedelta(hours=policy.furthest_onset_h)
    verdict = judge_times(Times(now, warning.onset_at, warning.expires_at, longest, furthest))
    words = {
        TimeVerdict.OVER: _("The warning would be over before it is issued: give a later end."),
        TimeVerdict.BEFORE_ONSET: _("The warning ends before it begins: give a later end."),
        TimeVerdict.TOO_LONG: _("A warning holds for at most %(hours)s hours: issue it anew when it ends.")
        % {"hours": policy.longest_h},
        TimeVerdict.TOO_FAR: _("What begins in more than %(hours)s hours is a forecast, not a warning.")
        % {"hours": policy.furthest_onset_h},
    }
    if verdict is not TimeVerdict.FINE:
        raise InvalidInput(words[verdict])


def check_complete(warning: PublicWarning) -> None:
    """InvalidInput where a language that policy asks for lacks a text."""
    lacking = lacking_texts(warning.texts)
    names = {"zh": _("Chinese"), "en": _("English")}
    fields = {"headline": _("headline"), "caution": _("caution"), "measures": _("measures"), "area": _("area in words")}
    for language in warning_policy(warning.region_code).texts_at_least:
        if language in lacking:
            told = {"language": names[language], "fields": ", ".join(fields[field] for field in lacking[language])}
            raise InvalidInput(_("%(language)s lacks: %(fields)s.") % told)
    for language, texts in warning.texts.items():
        if len(texts.get("headline", "")) > LONGEST_HEADLINE:
            long = {"language": names[language], "most": LONGEST_HEADLINE}
            raise InvalidInput(_("The headline in %(language)s has more than %(most)s characters.") % long)
    if warning.organisation_id is None:
        raise InvalidInput(_("A warning is issued in the name of a body: its author belongs to none."))
