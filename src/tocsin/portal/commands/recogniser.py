"""`tocsin recogniser FOLDER`: a city's own model is measured on its test set, and enrolled where it is right often enough."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.portal.processes import set_up_django

if TYPE_CHECKING:
    from tocsin.vision.face import MeasuredModel


@click.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--camera", "cameras", multiple=True, help="Run it at the camera of this code from here on; may stand several times."
)
@click.option("--remove", metavar="CODE", help="Run the model of this code nowhere any more.")
def recogniser(folder: Path | None, cameras: tuple[str, ...], remove: str | None) -> None:
    """Measure the model of a FOLDER (card.json, model.onnx, test.zip) on its test set; with --camera enrol it.

    Ends with 1 where the model is refused, and tells why; nothing is changed then.
    """
    if (folder is None) == (remove is None):
        raise click.UsageError("name a FOLDER, or a model with --remove")
    set_up_django()
    from tocsin.screens.clock import current_time
    from tocsin.vision.face import enrol_own_model, measure_own_model, remove_own_model_by_code

    if remove is not None:
        remove_own_model_by_code(remove)
        click.echo(f"{remove} is run nowhere any more; what it told stays")
        return
    assert folder is not None  # noqa: S101 - one of both is there
    done = measure_own_model(folder, say=click.echo)
    _print(done)
    if done.refusal is not None:
        raise done.refusal
    if not cameras:
        click.echo("it may be enrolled: name its cameras with --camera")
        return
    place = enrol_own_model(done, cameras, current_time())
    click.echo(f"enrolled at {len(cameras)} cameras: {place}")


def _print(done: "MeasuredModel") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "label", "kind", "shown", "told", "true", "precision (95 %)", "recall (95 %)", title=f"{done.pictures} pictures"
    )
    for label, one in zip(done.card.labels, done.figures, strict=True):
        told = (_share(one.precision, one.precision_interval), _share(one.recall, one.recall_interval))
        table.add_row(label.name, label.kind or "–", str(one.truths), str(one.told), str(one.hits), *told)
    Console(highlight=False).print(table)


def _share(share: float | None, interval: tuple[float, float]) -> str:
    return "–" if share is None else f"{share:.2f} ({interval[0]:.2f}–{interval[1]:.2f})"
