"""How much signs say about a shift, and how often readers die: figures of the judgement, shipped as policy."""

from dataclasses import dataclass

HALF_HOUR_MS = 1_800_000


@dataclass(frozen=True)
class Courses:
    """How often a shift takes its course, before any sign; the rest of 1 is a person on post from begin to end."""

    away: float  # does not come
    leaves: float  # goes in the first half
    leaves_late: float  # goes in the second half
    comes_late: float
    unreachable: float  # in the plant, away from the post, answers nothing
    card_carried: float  # a colleague carries the card, or stands in unasked
    card_rests: float  # the card lies in the plant, the person is not there


@dataclass(frozen=True)
class ByConduct:
    """One figure for each conduct: at the post, away, in the plant but unreachable, away with a card that is carried or rests."""

    here: float
    away: float
    unreachable: float
    carried: float
    rests: float

    def row(self) -> tuple[float, float, float, float, float]:
        """In the order of `Conduct`."""
        return self.here, self.away, self.unreachable, self.carried, self.rests


@dataclass(frozen=True)
class Whereabouts:
    """Positions of the card, about one each half hour."""

    seen_share: ByConduct  # half hours with a position
    near_m: float  # deviation of positions at the post, in the middle of many posts
    walks_share: float  # positions of somebody at the post that lie anywhere in the plant
    plant_m: float
    at_post_m: float  # a card that lies within this distance lies at the post
    still_m: float  # deviation of a card that lies
    together_m: float  # two cards this near each other, time and again, travel together
    together_least: int
    together_s: float


@dataclass(frozen=True)
class Phone:
    """Distances of the phone."""

    per_shift: ByConduct
    near_km: float
    home_share: float  # people on post whose phone stays at home
    stays_share: float  # people away whose phone is at the post
    home_km: float  # typical distance of a phone at home
    away_km: float  # typical distance of somebody who did not come


@dataclass(frozen=True)
class Camera:
    """Faces seen at the post."""

    per_shift: ByConduct
    likeness: float
    spread: float
    stranger: float  # likeness of somebody else


@dataclass(frozen=True)
class RollCall:
    """Answers to calls."""

    answered: ByConduct
    slow_s: float
    slow_share: ByConduct


@dataclass(frozen=True)
class Boundaries:
    """What is seen when a shift begins and ends."""

    gate_in: ByConduct
    gate_out: ByConduct
    login: ByConduct
    logout: ByConduct
    strange_exit: float  # an exit between, without a way back, of somebody who stays
    strange_logout: float
    terminal_roles: tuple[str, ...]


@dataclass(frozen=True)
class Readers:
    """How readers die. Hours: how far around a moment other people's signs prove a source alive."""

    down_share: float
    boundary_share: float
    all_down_share: float  # everything of a firm dead at once
    anything_h: float
    own_device_share: float  # the card or phone of one person is broken from shift to shift
    own_device_mends: float
    positioning_h: float
    phone_h: float
    camera_h: float
    gate_h: float
    terminal_h: float


@dataclass(frozen=True)
class StandIn:
    """A colleague of the same post who is off duty and yet there: at least so many signs over such a share of the shift speak,
    with `log_odds`, for somebody on the plan being away.
    """

    least_signs: int
    least_share: float
    log_odds: float


@dataclass(frozen=True)
class DutyFigures:
    """All figures of the judgement. `awaited_min`: how long after the end of a shift its last records are awaited."""

    courses: Courses
    whereabouts: Whereabouts
    phone: Phone
    camera: Camera
    roll_call: RollCall
    boundaries: Boundaries
    readers: Readers
    stand_in: StandIn
    permits: ByConduct
    awaited_min: float
    least_expected: float  # signs a person on post would have left; with fewer, and none of the person, nothing is known
    least_sure: float  # probability below which nothing is said
    kinds_against: int  # independent kinds of signs that must speak against presence before 'absent' or 'not reachable'
    least_unreachable: float  # probability from which somebody not proved absent is told as not reachable
    kind_weight: float  # log-odds from which a kind counts
    temper: float  # log-odds are divided by it: signs of one shift are not quite independent
