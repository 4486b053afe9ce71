"""News of the weekly list of noisy rules. Consumers may see one twice."""

import msgspec


class NoisyRulesListed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The noisy rules of a region's week stand in a list, each with a proposal; never one without a rule."""

    list_id: str
    region_code: str
    week_until: str
    rules: int
