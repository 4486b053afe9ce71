"""Where the rows lie: in degrees, the right way round, in the area, in the datum that was promised, with sound shapes."""

from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.base.datums import Datum, convert, metres_between
from tocsin.engine.deliveries.contract import Contract
from tocsin.engine.deliveries.profile import Delivery, Profile, keys_of, place_decimals, places_of
from tocsin.engine.deliveries.verdicts import Code, Finding, Verdict, by_share

_FEWEST, _NEAR_M, _MOVED_M, _SURE = 5, 25.0, 50.0, 0.6
_KINDS: Final = {"point": (0, 4), "line": (1, 2, 5), "polygon": (3, 6)}
_MARGIN_DEG: Final = 0.02


def judge_places(delivery: Delivery, named: dict[str, str], contract: Contract, before: Profile | None) -> list[Finding]:
    """Findings of places and shapes; none where the contract has no places."""
    lonlat = places_of(delivery, named, contract)
    if lonlat is None or not len(lonlat):
        return []
    findings = _judge_shapes(delivery, contract)
    there = np.isfinite(lonlat).all(axis=1) & (np.abs(lonlat).sum(axis=1) > 0)
    if not there.all():
        share = float(1 - there.mean())
        findings.append(Finding(Code.NO_PLACE, by_share(share, contract.slips), "", {"share": round(share, 4)}))
    if not there.any():
        return findings
    if (gross := _judge_degrees(lonlat[there])) is not None:
        return [*findings, gross]
    if contract.area is not None:
        west, south, east, north = contract.area
        low, high = np.array([west, south]) - _MARGIN_DEG, np.array([east, north]) + _MARGIN_DEG
        outside = float(1 - ((lonlat[there] >= low) & (lonlat[there] <= high)).all(axis=1).mean())
        if outside:
            findings.append(Finding(Code.OUTSIDE, by_share(outside, contract.slips), "", {"share": round(outside, 4)}))
    known = _known_places(contract, before)
    if (moved := _judge_datum(delivery, named, contract, lonlat, known)) is not None:
        findings.append(moved)
    decimals = place_decimals(delivery, named, contract, lonlat)
    if before is not None and before.place_decimals - decimals >= 2 and decimals <= 4:
        figures: dict[str, float | int | str] = {"before": before.place_decimals, "now": decimals}
        findings.append(Finding(Code.COARSER_PLACES, Verdict.NARROWED, "", figures))
    return findings


def can_tell_datum(contract: Contract, before: Profile | None) -> bool:
    """Whether enough places are known for sure that another datum would be noticed."""
    return len(_known_places(contract, before)) >= _FEWEST


def _judge_shapes(delivery: Delivery, contract: Contract) -> list[Finding]:
    shapes = delivery.shapes
    if shapes is None or not contract.shapes or not len(shapes):
        return []
    findings = []
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    sound = shapely.is_valid(shapes[there])
    if len(sound) and not sound.all():
        share = float(1 - sound.mean())
        why = shapely.is_valid_reason(shapes[there][~sound][0])
        figures: dict[str, float | int | str] = {"count": int((~sound).sum()), "share": round(share, 4), "sample": str(why)[:60]}
        findings.append(Finding(Code.BROKEN_SHAPE, by_share(share, contract.slips), "", figures))
    if contract.shapes in _KINDS and there.any():
        wrong = float(1 - np.isin(shapely.get_type_id(shapes[there]), _KINDS[contract.shapes]).mean())
        if wrong:
            findings.append(Finding(Code.OTHER_SHAPE, by_share(wrong, contract.slips), "", {"share": round(wrong, 4)}))
    return findings


def _judge_degrees(lonlat: NDArray[np.float64]) -> Finding | None:
    """Places that are no degrees at all, or latitude first: China lies between 73 and 136 east, 3 and 54 north."""
    beyond = float(((np.abs(lonlat[:, 0]) > 180) | (np.abs(lonlat[:, 1]) > 180)).mean())
    if beyond > 0.5:
        sample = f"{lonlat[0, 0]:.1f}, {lonlat[0, 1]:.1f}"
        return Finding(Code.NOT_DEGREES, Verdict.BROKEN, "", {"share": round(beyond, 4), "sample": sample})
    first, second = lonlat[:, 0], lonlat[:, 1]
    swapped = float(((first > 3) & (first < 54) & (second > 73) & (second < 136)).mean())
    if swapped > 0:
        return Finding(Code.SWAPPED_PLACES, Verdict.BROKEN, "", {"share": round(swapped, 4)})
    return None


def _known_places(contract: Contract, before: Profile | None) -> dict[str, tuple[float, float]]:
    return dict(contract.control_points) or (before.places if before is not None else {})


def _judge_datum(
    delivery: Delivery,
    named: dict[str, str],
    contract: Contract,
    lonlat: NDArray[np.float64],
    known: dict[str, tuple[float, float]],
) -> Finding | None:
    """The datum whose shift explains best where known places now lie; the same place counts as what was promised."""
    keys = keys_of(delivery.cells, named, contract)
    rows = [row for row, key in enumerate(keys) if key in known and np.isfinite(lonlat[row]).all()]
    if len(rows) < _FEWEST:
        return None
    now, then = lonlat[rows], np.array([known[keys[row]] for row in rows])
    stayed = metres_between(then, now) <= _NEAR_M
    if stayed.mean() > 1 - contract.slips:
        return None
    others = [one for one in Datum if one is not contract.datum]
    shares = [float((metres_between(convert(then, contract.datum, one), now)[~stayed] <= _NEAR_M).mean()) for one in others]
    best = int(np.argmax(shares))
    if shares[best] >= _SURE:
        share = shares[best] * float((~stayed).mean())
        figures: dict[str, float | int | str] = {"datum": others[best].value, "share": round(share, 4)}
        return Finding(Code.OTHER_DATUM, by_share(share, contract.slips), "", figures)
    far = metres_between(then, now)
    share = float((far > _MOVED_M).mean())
    if share <= max(contract.fewer, contract.slips):
        return None  # some objects do move
    figures = {"metres": round(float(np.median(far[far > _MOVED_M])), 1), "share": round(share, 4)}
    return Finding(Code.MOVED, by_share(share, contract.far_fewer), "", figures)
