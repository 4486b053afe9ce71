"""Sentences that scripts show, in the reader's language; the page carries them as JSON."""

from django.utils.translation import gettext as _


def frame_texts() -> dict[str, str]:
    """For web/src/frame.ts."""
    return {
        "confirm": _("Are you sure?"),
        "failed": _("The server did not answer. Nothing was changed."),
        "refused": _("Refused"),
        "copied": _("Copied"),
    }
