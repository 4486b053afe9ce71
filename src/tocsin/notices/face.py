"""What other capabilities may use of notices: who is told, by which channel, with which fate."""

from tocsin.notices.channels.queries import allowed_inside, channels_set_up, link_address, open_channels
from tocsin.notices.channels.services.by_page.tables import set_channel_mark
from tocsin.notices.channels.services.gateway import Gateway, GatewaySettings, ReceiptForm, Taken, at_path, read_receipt
from tocsin.notices.channels.services.web_push import public_key as push_public_key
from tocsin.notices.channels.services.webhook import is_web_address
from tocsin.notices.channels.services.webhook import key_shown as webhook_key_shown
from tocsin.notices.channels.views.web_push import push_address
from tocsin.notices.channels.views.web_push import worker as push_worker
from tocsin.notices.inbox.views.links import receipt_fields
from tocsin.notices.inbox.views.lists import calls_context, notices_context, untold_context
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.queries.contributions import (
    ActCard,
    CallLine,
    Contribution,
    Noting,
    PurposeCard,
    Said,
    Standing,
    SubjectCard,
    load_contributions,
    subject_card,
)
from tocsin.notices.messages.queries.directory import Directory, Outside, Way
from tocsin.notices.messages.queries.inbox import delivered_at, known_keys, notices_about, notices_asking, with_sendings
from tocsin.notices.messages.services.delivery import hold, see, silence, supersede
from tocsin.notices.messages.services.keeping import notices_that_go
from tocsin.notices.messages.services.writing import Draft, look_up_ways, names_of, write, write_all
from tocsin.notices.messages.shown import (
    CALL_NAMES,
    FATE_NAMES,
    NoticeOut,
    describe_notice,
    recipient_name,
    upward_lines,
    why_name,
)
from tocsin.notices.system.services import ring_for_loop
from tocsin.notices.waiting.queries import kinds_for

__all__ = [
    "CALL_NAMES",
    "FATE_NAMES",
    "ActCard",
    "CallLine",
    "Contribution",
    "Directory",
    "Draft",
    "Gateway",
    "GatewaySettings",
    "Notice",
    "NoticeOut",
    "Noting",
    "Outside",
    "PurposeCard",
    "ReceiptForm",
    "Said",
    "Standing",
    "SubjectCard",
    "Taken",
    "Way",
    "allowed_inside",
    "at_path",
    "calls_context",
    "channels_set_up",
    "delivered_at",
    "describe_notice",
    "hold",
    "is_web_address",
    "kinds_for",
    "known_keys",
    "link_address",
    "load_contributions",
    "look_up_ways",
    "names_of",
    "notices_about",
    "notices_asking",
    "notices_context",
    "notices_that_go",
    "open_channels",
    "push_address",
    "push_public_key",
    "push_worker",
    "read_receipt",
    "receipt_fields",
    "recipient_name",
    "ring_for_loop",
    "see",
    "sending",
    "set_channel_mark",
    "silence",
    "subject_card",
    "supersede",
    "untold_context",
    "upward_lines",
    "webhook_key_shown",
    "why_name",
    "with_sendings",
    "write",
    "write_all",
]
