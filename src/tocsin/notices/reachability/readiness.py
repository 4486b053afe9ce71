"""Channels of notice: a step of setting up, and channels that nobody has tried."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import contact_kinds
from tocsin.notices.channels.queries import ALWAYS, OUR_OWN, channels_set_up, open_channels
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.rules.fates import REACHABILITY, REACHED
from tocsin.screens.readiness import Finding, ReadinessCheck, SetupStep, Sight, Stake, StepFact, StepLink, finding_among


def outward() -> list[str]:
    """Channels that reach somebody who is not at a screen of ours, as far as they are set up."""
    return sorted(channels_set_up() - {*OUR_OWN, *ALWAYS})


def _tried() -> set[str]:
    return set(Sending.objects.filter(fate__in=REACHED).order_by().values_list("channel", flat=True).distinct())


def _words(codes: list[str]) -> list[str]:
    kinds = contact_kinds()
    return [str(kinds[code].words) if code in kinds else code for code in codes]


def no_channel(_sight: Sight) -> Finding:
    """1 where nothing leaves the house but what the screen and the browser show."""
    return Finding(0) if outward() else Finding(1)


def wrong_channels(_sight: Sight) -> Finding:
    """Tables of channels.toml that can't be used, each with what is wrong."""
    try:
        return finding_among(open_channels()[1])
    except ValueError as error:  # the file as a whole
        return Finding(1, (str(error),))


def untried_channels(_sight: Sight) -> Finding:
    """Channels that are set up and by which nothing was ever sent."""
    tried = _tried()
    return finding_among(_words([code for code in outward() if code not in tried]))


def no_drill(_sight: Sight) -> Finding:
    """1 where no reachability drill was ever held."""
    return Finding(0) if Notice.objects.filter(purpose=REACHABILITY).exists() else Finding(1)


def channels(sight: Sight) -> tuple[StepFact, ...]:
    """Channels that are set up, and those of them by which something was sent."""
    codes, tried = outward(), _tried()
    sent = sum(code in tried for code in codes)
    return (
        StepFact(_("channels that leave the house"), len(codes), missing=not codes),
        StepFact(_("of them were tried"), sent, missing=sent == 0),
    )


STEPS: Final = (
    SetupStep(
        "channels",
        pgettext_lazy("setup", "Channels"),
        gettext_lazy(
            "How people are told who are not at the screen: SMS, voice, mail, messenger. Enter them on their page, add a way to "
            "yourself, send yourself a test, switch them on."
        ),
        channels,
        (
            StepLink("channels", pgettext_lazy("settings", "Channels")),
            StepLink("own_notices", gettext_lazy("How I am told")),
            StepLink("reachability", gettext_lazy("Ask everybody: reachability")),
        ),
        part="notices/reachability/_setup_test.html",
    ),
)
CHECKS: Final = (
    ReadinessCheck(
        "no_channel",
        gettext_lazy("No channel leaves the house"),
        gettext_lazy("Who is not at the screen learns of nothing: set up SMS, voice, mail or a messenger."),
        Stake.DANGER,
        no_channel,
        "channels",
    ),
    ReadinessCheck(
        "wrong_channels",
        gettext_lazy("Channels that can't be used"),
        gettext_lazy("Their settings are wrong, in channels.toml or on their page; nothing is sent by them."),
        Stake.DANGER,
        wrong_channels,
        "channels",
    ),
    ReadinessCheck(
        "untried_channels",
        gettext_lazy("Channels that were never tried"),
        gettext_lazy("Whether a message arrives is known only when one has: send yourself a test."),
        Stake.DANGER,
        untried_channels,
        "own_notices",
    ),
    ReadinessCheck(
        "no_reachability_drill",
        gettext_lazy("Nobody was ever asked whether notices arrive"),
        gettext_lazy("Once a month every contact point is asked; hold the first drill now."),
        Stake.HELP,
        no_drill,
        "reachability",
    ),
)
