"""What may follow: hazards that set off others along the ways of a network, who is exposed, and how risks that meet add up."""

from tocsin.engine.cascade.branches import Branch, Step, follow
from tocsin.engine.cascade.district import Cordon, District, Exposed, cordon_of
from tocsin.engine.cascade.joining import Given, Outlook, Risk, join
from tocsin.engine.cascade.model import CordonRule, Link, Rules, Signal, Start

__all__ = [
    "Branch",
    "Cordon",
    "CordonRule",
    "District",
    "Exposed",
    "Given",
    "Link",
    "Outlook",
    "Risk",
    "Rules",
    "Signal",
    "Start",
    "Step",
    "cordon_of",
    "follow",
    "join",
]
