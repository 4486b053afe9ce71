"""How much signs say about a shift, and how often readers die: figures of the judgement, shipped as policy."""

from dataclasses import dataclass, field

HALF_HOUR_MS = 1_800_000


@dataclass(frozen=True)
class Courses:
    """How often a shift takes its course, before any sign; the rest of 1 is a person on post from begin to end."""

    away: float = 0.055  # does not come
    leaves: float = 0.030  # goes in the first half
    leaves_late: float = 0.010  # goes in the second half
    comes_late: float = 0.012
    unreachable: float = 0.050  # in the plant, away from the post, answers nothing
    card_carried: float = 0.020  # a colleague carries the card, or stands in unasked
    card_rests: float = 0.002  # the card lies in the plant, the person is not there


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

    seen_share: ByConduct = field(default_factory=lambda: ByConduct(0.83, 0.006, 0.83, 0.80, 0.83))  # half hours with a position
    near_m: float = 20.0  # deviation of positions at the post, in the middle of many posts
    walks_share: float = 0.15  # positions of somebody at the post that lie anywhere in the plant
    plant_m: float = 280.0
    at_post_m: float = 45.0  # a card that lies within this distance lies at the post
    still_m: float = 2.5  # deviation of a card that lies
    together_m: float = 2.5  # two cards this near each other, time and again, travel together
    together_least: int = 6
    together_s: float = 90.0


@dataclass(frozen=True)
class Phone:
    """Distances of the phone."""

    per_shift: ByConduct = field(default_factory=lambda: ByConduct(4.0, 4.0, 1.6, 4.0, 4.0))
    near_km: float = 0.5
    home_share: float = 0.05  # people on post whose phone stays at home
    stays_share: float = 0.06  # people away whose phone is at the post
    home_km: float = 12.0  # typical distance of a phone at home
    away_km: float = 30.0  # typical distance of somebody who did not come


@dataclass(frozen=True)
class Camera:
    """Faces seen at the post."""

    per_shift: ByConduct = field(default_factory=lambda: ByConduct(3.5, 0.06, 0.6, 0.12, 0.06))
    likeness: float = 0.75
    spread: float = 0.13
    stranger: float = 0.35  # likeness of somebody else


@dataclass(frozen=True)
class RollCall:
    """Answers to calls."""

    answered: ByConduct = field(default_factory=lambda: ByConduct(0.935, 0.14, 0.05, 0.11, 0.14))
    slow_s: float = 165.0
    slow_share: ByConduct = field(default_factory=lambda: ByConduct(0.05, 0.45, 0.45, 0.40, 0.45))


@dataclass(frozen=True)
class Boundaries:
    """What is seen when a shift begins and ends."""

    gate_in: ByConduct = field(default_factory=lambda: ByConduct(0.92, 0.10, 0.94, 0.80, 0.10))
    gate_out: ByConduct = field(default_factory=lambda: ByConduct(0.92, 0.11, 0.90, 0.82, 0.11))
    login: ByConduct = field(default_factory=lambda: ByConduct(0.94, 0.33, 0.62, 0.40, 0.33))
    logout: ByConduct = field(default_factory=lambda: ByConduct(0.77, 0.03, 0.05, 0.10, 0.03))
    strange_exit: float = 0.06  # an exit between, without a way back, of somebody who stays
    strange_logout: float = 0.02
    terminal_roles: tuple[str, ...] = ("shift_leader", "control_room_operator", "duty_technician")


@dataclass(frozen=True)
class Readers:
    """How readers die. Hours: how far around a moment other people's signs prove a source alive."""

    had_share: float = 0.60  # firms that have a source at all
    down_share: float = 0.10
    boundary_share: float = 0.03
    all_down_share: float = 0.03  # everything of a firm dead at once
    anything_h: float = 2.5
    own_device_share: float = 0.015  # the card or phone of one person is broken from shift to shift
    own_device_mends: float = 0.30
    positioning_h: float = 2.0
    phone_h: float = 6.0
    camera_h: float = 6.0
    gate_h: float = 12.0
    terminal_h: float = 18.0


@dataclass(frozen=True)
class DutyFigures:
    """All figures of the judgement. `awaited_ms`: how long after the end of a shift its last records are awaited."""

    courses: Courses = field(default_factory=Courses)
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    phone: Phone = field(default_factory=Phone)
    camera: Camera = field(default_factory=Camera)
    roll_call: RollCall = field(default_factory=RollCall)
    boundaries: Boundaries = field(default_factory=Boundaries)
    readers: Readers = field(default_factory=Readers)
    permits: ByConduct = field(default_factory=lambda: ByConduct(0.22, 0.05, 0.02, 0.03, 0.05))
    awaited_ms: int = 2_700_000
    least_expected: float = 1.2  # signs a person on post would have left; with fewer, and none of the person, nothing is known
    least_sure: float = 0.5  # probability below which nothing is said
    kinds_against: int = 2  # independent kinds of signs that must speak against presence before 'absent' or 'not reachable'
    least_unreachable: float = 0.15  # probability from which somebody not proved absent is told as not reachable
    kind_weight: float = 0.6  # log-odds from which a kind counts
    temper: float = 1.0  # log-odds are divided by it: signs of one shift are not quite independent
