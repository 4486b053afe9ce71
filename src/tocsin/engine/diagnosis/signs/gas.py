"""Signs of gas: pipeline gas against biogas against solvent, and the way it came."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.model import Figure
from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, ramp
from tocsin.engine.diagnosis.scene import Scene
from tocsin.engine.diagnosis.signs.instrument import RANGE_END
from tocsin.engine.reach import Reach

REACHES_M = (5.0, 10.0, 20.0, 40.0, 80.0)  # in which gas thins to a third: tight soil to open ducts
MOST_THINNED = 4.0  # times such a length: gas that still rings was let out no farther away
MUCH_METHANE_LEL = 4.0  # %LEL from which a ratio of ethane to methane means something


def ethane_in_gas(question: Question, place: Place) -> Finding | None:
    """Ethane over methane where the gas stands: pipeline gas 0.5-7 %, biogas below 0.1 % (domain: gas signs)."""
    scene = question.scene
    best: Finding | None = None
    for position in _near(question, "ethane_ratio"):
        asset = int(scene.sensors.asset[position])
        methane = scene.at_asset(asset, "methane")
        if not methane:
            continue
        row_methane = np.fmax.reduce(_recent(scene, methane), axis=0)
        row_ethane = _recent(scene, [position])[0]
        rich = (row_methane >= MUCH_METHANE_LEL) & ~np.isnan(row_ethane)
        if rich.sum() < 2:
            continue
        ratio = float(np.median(row_ethane[rich]))
        accuracy = float(np.nan_to_num(scene.sensors.accuracy[position], nan=0.4))
        present = ramp(ratio, 0.5 * accuracy, 2.5 * accuracy)
        trust = clamp(float(row_methane[rich].max()) / 12) if present < 0 else 1.0
        finding = Finding(present * trust, position, expected=0.5, seen=ratio, unit="%")
        if best is None or abs(finding.strength) > abs(best.strength):
            best = finding
    return best


def sulphide_with_gas(question: Question, place: Place) -> Finding | None:
    """Hydrogen sulphide rises where the combustible gas does: rot or sewage, not pipeline gas (≤ 6 mg/m3 by GB
    17820).
    """
    scene = question.scene
    if scene.asset < 0:
        return None
    for position in scene.at_asset(scene.asset, "hydrogen_sulphide"):
        departure = scene.excursion(position, scene.onset_ms - 6 * HOUR_MS)
        if departure.bins < 3:
            continue
        return Finding(
            ramp(departure.z, 2.0, 6.0), position, departure.usual, departure.usual + departure.peak, "ppm", departure.onset_ms
        )
    return None


def biogas_before(question: Question, place: Place) -> Finding | None:
    """The chamber made some methane already, and warmth multiplied it.

    Warmth multiplies what is there: 15 to 35 °C gives a factor of 2.7 (θ 1.05) to about 12 (activation energy 0.96
    eV). A chamber with none before can't come to 25 % LEL by warmth alone.
    """
    scene = question.scene
    if scene.quantity != "methane":
        return None
    departure = scene.departure
    if departure.z < 5:
        return None
    before = float(np.nanmedian(scene.usual[scene.asked]))
    factor = (departure.peak + departure.usual) / max(before, 0.1)
    most = question.figure("biogas_factor_most")
    return Finding(-ramp(np.log(factor), np.log(most), np.log(4 * most)), scene.asked, most, factor, ts_ms=departure.onset_ms)


def gas_main_near(question: Question, place: Place) -> Finding | None:
    """The main lies within the few metres that gas passes through soil; or a duct or drain leads from there, the shorter the
    likelier, since gas thins out on its way.
    """
    metres = float(np.hypot(place.x_m - question.scene.place[0], place.y_m - question.scene.place[1]))
    near, far = question.figure("gas_soil_near_m"), question.figure("gas_soil_far_m")
    strength = -ramp(metres, near, far)
    along = -ramp(metres, far, question.figure("gas_duct_far_m"))
    if place.way and strength < 0:
        strength = max(strength, 0.5 * along - 0.5)
    return Finding(strength, question.scene.asked, expected=far, seen=metres, unit="m", figures=asset_figure(question, place))


def gas_gradient(question: Question, place: Place) -> Finding | None:
    """The nearer a sensor lies to the place, the more gas it shows: the share of what all show that a source there explains.

    How fast gas thins out is not known: some metres of tight soil, or a street of open ducts. The best of `REACHES_M` is taken. A
    sensor that rises alone may stand next to the leak and may be at fault, so that alone it speaks for no place.
    """
    scene = question.scene
    if scene.departure.z < 5 or scene.quantity not in ("methane", "hydrogen_sulphide"):
        return None
    around = scene.near(place.x_m, place.y_m, question.figure("gas_gradient_m"), scene.quantity)
    if scene.asked not in around:
        around.append(scene.asked)
    risen, metres = [], []
    for position in around:
        departure = scene.excursion(position, scene.onset_ms - 12 * HOUR_MS)
        if departure.bins >= 3:
            risen.append(max(departure.peak, 0.0) if departure.z > 4 else 0.0)
            metres.append(float(np.hypot(scene.x_m[position] - place.x_m, scene.y_m[position] - place.y_m)))
    if len(risen) < 2 or max(risen) <= 0:
        return None
    root, far = np.sqrt(np.array(risen)), np.array(metres)
    come_m = far[around.index(scene.asked)] if len(far) == len(around) else far.min()
    able = [reach_m for reach_m in REACHES_M if come_m <= MOST_THINNED * reach_m] or REACHES_M[-1:]
    share = max(explained(root, np.exp(-(far - far.min()) / (2 * reach_m))) for reach_m in able)
    strength = (1 - 0.5 ** (len(risen) - 1)) * ramp(share, 0.2, 1.0)
    if np.count_nonzero(root) == 1:
        strength = min(strength, 0.0)
    return Finding(strength, scene.asked, seen=100 * share, unit="%", figures={"sensors": len(risen)})


def oxygen_used(question: Question, place: Place) -> Finding | None:
    """Oxygen falls more than the gas displaces (1 %LEL of methane displaces 0.0105 % of oxygen): rot has used it. Where gas goes
    beyond the range of its sensor, nobody knows how much it displaces.
    """
    scene = question.scene
    if scene.asset < 0 or scene.departure.z < 5 or scene.quantity != "methane":
        return None
    if scene.departure.peak + scene.departure.usual >= RANGE_END["methane"]:
        return None
    for position in scene.at_asset(scene.asset, "oxygen"):
        fall = scene.excursion(position, scene.onset_ms - 6 * HOUR_MS, -1)
        displaced = 0.0105 * scene.departure.peak
        scale = float(scene.scale[position])
        if fall.bins < 3 or 0.025 * scene.departure.peak < 3 * scale:
            continue
        ratio = max(fall.peak, 0.5 * scale) / displaced
        strength = ramp(np.log(ratio), np.log(1.3), np.log(2.6))
        return Finding(strength, position, fall.usual - displaced, fall.usual - fall.peak, "%", fall.onset_ms)
    return None


def gas_spreads(question: Question, place: Place) -> Finding | None:
    """Other methane sensors: those that rose lie in reach of this place, and those closer to it than the asked one
    rose too.
    """
    scene = question.scene
    if place.asset < 0 or not place.way:
        return None
    medium = question.templates.media[question.template.medium]
    enough_s = max(2 * 3600.0, 1.5 * place.travel_time_s)
    out = Reach.out_of(scene.network, place.asset, medium, enough_s, question.figure("spread_m"))
    votes: list[tuple[float, int]] = []
    for position in scene.positions("methane"):
        asset = int(scene.sensors.asset[position])
        if position == scene.asked or asset not in out or asset == scene.asset:
            continue
        departure = scene.excursion(position, scene.onset_ms - 24 * HOUR_MS)
        if departure.bins < 3:
            continue
        sooner = out.seconds[asset] < 0.7 * place.travel_time_s
        if departure.z > 6:
            votes.append((departure.strength, position))
        elif sooner:
            votes.append((-0.6, position))
    if not votes:
        return None
    total = clamp(sum(vote for vote, _ in votes))
    strongest = max(votes, key=lambda vote: abs(vote[0]))[1]
    departure = scene.excursion(strongest, scene.onset_ms - 24 * HOUR_MS)
    return Finding(
        total,
        strongest,
        departure.usual,
        departure.usual + departure.peak,
        "pct_lel",
        departure.onset_ms,
        {"sensors": len(votes)},
    )


def gas_supply_disturbed(question: Question, place: Place) -> Finding | None:
    """Pressure of the gas net falls around the asked sensor as it rings, and by more than in the rest of the net, from which all
    that is burnt takes as much: only large leaks show.
    """
    scene = question.scene
    changes = {
        position: change
        for position in scene.positions("pressure")
        if (asset := int(scene.sensors.asset[position])) >= 0
        and scene.network.owner[asset] == "gas_company"
        and (change := scene.change(position)) is not None
    }
    near = [position for position in scene.near(*scene.place, question.figure("pressure_m"), "pressure") if position in changes]
    if not near:
        return None
    everywhere = float(np.median(list(changes.values()))) if len(changes) >= 3 else 0.0
    fallen = {position: (everywhere - changes[position]) / float(scene.scale[position]) for position in near}
    lowest = max(near, key=lambda position: fallen[position])
    strength = max(clamp((fallen[lowest] - 4) / 4), 0.0)
    return Finding(strength, lowest, everywhere, changes[lowest], "kPa", scene.onset_ms)


def _near(question: Question, quantity: str) -> list[int]:
    """Sensors of that quantity within a street's length of the asked one."""
    scene = question.scene
    x_m, y_m = scene.place
    radius = question.figure("same_air_m")
    near = []
    for position in scene.positions(quantity):
        other_x, other_y = scene.place_of(position)
        if np.hypot(other_x - x_m, other_y - y_m) <= radius:
            near.append(position)
    return near


def _recent(scene: Scene, positions: list[int]) -> NDArray[np.float64]:
    """Values [s, t] since the asked sensor began to rise."""
    first = int(np.searchsorted(scene.bins_ms, scene.onset_ms - HOUR_MS))
    return scene.deviation[positions, first:] + scene.usual[positions, first:]


def asset_figure(question: Question, place: Place) -> dict[str, Figure]:
    """The code of the asset at the place, for sentences."""
    return {"asset": question.scene.network.codes[place.asset]} if place.asset >= 0 else {}


def explained(seen: NDArray[np.float64], pattern: NDArray[np.float64]) -> float:
    """The share of what was seen that the best multiple of a pattern explains, 0 to 1."""
    total = float((seen**2).sum())
    if total <= 0:
        return 0.0
    left = seen - float((seen * pattern).sum() / (pattern**2).sum()) * pattern
    return max(0.0, 1 - float((left**2).sum()) / total)
