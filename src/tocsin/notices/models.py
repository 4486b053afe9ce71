"""The tables of notices, as Django looks for them; each lies in its subject."""

from tocsin.notices.messages import models as messages

__all__ = ["messages"]
