"""For developers: compares answers of `tocsin diagnose DIR --out PRED` with the truth beside the cases.

python -m tests.engine.diagnosis.score DIR PRED
"""

import json
import sys
from pathlib import Path
from typing import Any

from tocsin.base.geometry import distance_m


def score_case(truth: dict[str, Any], causes: list[dict[str, Any]]) -> dict[str, Any]:
    """Rank of the right cause, metres from the named place to the real one (None without a place), Brier score over causes."""
    names = [one["cause"] for one in causes]
    right = names.index(truth["cause"]) if truth["cause"] in names else None
    metres = None
    if right is not None and truth["lon"] is not None and causes[right]["lon"] is not None:
        metres = distance_m(causes[right]["lon"], causes[right]["lat"], truth["lon"], truth["lat"])
    brier = sum((one["probability"] - (one["cause"] == truth["cause"])) ** 2 for one in causes)
    assets = {truth["asset_id"], *truth.get("equivalent_asset_ids", [])}
    return {
        "rank": None if right is None else right + 1,
        "metres": metres,
        "asset": right is not None and causes[right]["asset_id"] in assets,
        "brier": brier,
    }


def main(cases: Path, answers: Path) -> None:
    """Prints one line a case and the sums."""
    scores = []
    for file in sorted(answers.glob("*.json")):
        truth = json.loads((cases / file.stem / "truth.json").read_text(encoding="utf-8"))
        score = score_case(truth, json.loads(file.read_text(encoding="utf-8"))["causes"])
        scores.append(score)
        metres = "      " if score["metres"] is None else f"{score['metres']:4.0f} m"
        print(f"{file.stem}  rank {score['rank']}  {metres}  brier {score['brier']:.3f}  {truth['cause']}")
    first = sum(score["rank"] == 1 for score in scores)
    placed = [score["metres"] for score in scores if score["metres"] is not None]
    near = sum(metres <= 100 for metres in placed)
    mean = sum(score["brier"] for score in scores) / max(len(scores), 1)
    print(f"{first} of {len(scores)} first; {near} of {len(placed)} within 100 m; mean brier {mean:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
