"""Sentences that scripts show, in the reader's language; the page carries them as JSON."""

from django.utils.translation import gettext as _


def frame_texts() -> dict[str, str]:
    """For web/src/frame.ts."""
    return {
        "confirm": _("Are you sure?"),
        "failed": _("The server did not answer. Nothing was changed."),
        "refused": _("Refused"),
        "copied": _("Copied"),
        "filters": _("Filters"),
        "more": _("More"),
        "working": _("The server is at work."),
        "working_for": _("At work for {seconds} s"),
        "map_zoom_in": _("Zoom in"),
        "map_zoom_out": _("Zoom out"),
        "map_title": _("Map"),
        "map_sources": _("Sources of the map"),
        "chosen_count": _("Chosen: {count}"),
        "passkey_refused": _(
            "The browser gave no passkey. It needs HTTPS and an address with a name. Try again, or another way."
        ),
        "push_on": _("Notices are pushed to this browser from now on."),
        "push_refused": _("This browser does not permit notifications. Permit them in its settings for this page and try again."),
        "push_unreachable": _("The browser could not reach its push service. Nothing was changed."),
    }
