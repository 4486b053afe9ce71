"""What is known of causes, as data: where they sit, what they do to readings, how far and how fast, and how much each
sign weighs.

The values come from `warning/causes/policy/causes.toml`; the engine knows only these shapes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.engine.reach import Medium


@dataclass(frozen=True)
class Weight:
    """What a sign adds to the log weight of a cause when it is fully `present` and when it is clearly `absent`, and
    why.
    """

    present: float
    absent: float
    source: str


@dataclass(frozen=True)
class Template:
    """One cause.

    `places`: kinds of assets that can be at fault; "asked" for the asked sensor itself; none where the cause has no
    place. `medium` carries the effect from the place to the sensor within `within_h` hours; assets within `radius_m`
    count although no way is mapped. `locate` names how the spot on a line is found ("": the nearest one). `owner` is
    the body to call first ("" = the owner of the place). `prior` is a log weight. `symptoms`: log weight of each
    quantity being the one that rings; others get `other_symptom`.
    """

    cause: str
    owner: str
    places: tuple[str, ...]
    medium: str
    within_h: float
    radius_m: float
    radius_of: Mapping[str, float]
    locate: str
    prior: float
    symptoms: Mapping[str, float]
    other_symptom: float
    evidence: Mapping[str, Weight]
    physics: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Templates:
    """All causes, the media they travel by, and how weights become probabilities.

    Log weights are divided by `temper` before the softmax, since signs are not independent; `unknown` is the log
    weight of "none of these". `baseline_h`: readings older than this before the question are the baseline. `figures`:
    named constants of the signs. `stated`: quantities that say themselves what happened, such as a fire signal; nothing is
    inferred from them.
    """

    causes: tuple[Template, ...]
    media: Mapping[str, Medium]
    temper: float
    unknown: float
    baseline_h: float
    figures: Mapping[str, float]
    stated: frozenset[str] = frozenset()

    def template_of(self, cause: str) -> Template:
        """The template of that cause; KeyError where there is none."""
        for template in self.causes:
            if template.cause == cause:
                return template
        raise KeyError(cause)
