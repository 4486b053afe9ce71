"""As what somebody is told, in words."""

from typing import Final

from django.utils.translation import pgettext_lazy

from tocsin.command.routing.rules import Why

REASONS: Final = {
    Why.SYMPTOM_OWNER: pgettext_lazy("told as", "owner of what rings"),
    Why.LIKELY_CAUSE_OWNER: pgettext_lazy("told as", "owner of a likely cause"),
    Why.INDUSTRY_DEPARTMENT: pgettext_lazy("told as", "industry department"),
    Why.LOCAL_GOVERNMENT: pgettext_lazy("told as", "local government"),
    Why.CITY_DUTY: pgettext_lazy("told as", "city duty"),
    Why.FIRE_AND_RESCUE: pgettext_lazy("told as", "fire and rescue"),
    Why.TRAFFIC_POLICE: pgettext_lazy("told as", "traffic police"),
    Why.MONITORING_CENTRE: pgettext_lazy("told as", "monitoring centre"),
    Why.NEIGHBOUR: pgettext_lazy("told as", "owner of a pipe beside the digging"),
    Why.UNIT: pgettext_lazy("told as", "unit of the order"),
    Why.CREW: pgettext_lazy("told as", "crew"),
    Why.ON_DUTY: pgettext_lazy("told as", "on duty"),
    Why.ON_CALL: pgettext_lazy("told as", "on call"),
    Why.DESK: pgettext_lazy("told as", "desk that is waited for"),
    Why.SUPERIOR: pgettext_lazy("told as", "superior"),
    Why.LEADER: pgettext_lazy("told as", "leader on shift"),
    Why.INSPECTION: pgettext_lazy("told as", "inspection"),
    Why.PROPOSER: pgettext_lazy("told as", "proposed it"),
    Why.LEVEL_ABOVE: pgettext_lazy("told as", "level above: handed up by the leader on duty"),
}
