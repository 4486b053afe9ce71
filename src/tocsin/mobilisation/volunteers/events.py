"""News of volunteers. Consumers may see one twice."""

import msgspec


class NeedChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A need was opened, calls, pauses, was renewed or ended (`act`: need.opened and so on); or somebody answered (`call.` and
    the act).
    """

    need_id: str
    number: str
    act: str
