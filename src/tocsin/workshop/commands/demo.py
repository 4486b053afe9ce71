"""`tocsin demo`: a simulated Licang District, played through the real doors; the story rings at its 05:00."""

import os
import time
from pathlib import Path

import click

from tocsin.workshop.demo.scenarios import STORY
from tocsin.workshop.demo.tours import SHOWN_AROUND

DATA = "data/demo"


@click.command()
@click.option(
    "--speed", type=click.FloatRange(0.1, 600.0), default=30.0, show_default=True, help="Seconds of the city per second."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser on the console.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help=f"Data folder; else TOCSIN_DATA, else {DATA}.")
@click.option("--minutes", type=click.FloatRange(min=0.0), help="Stop by itself after so many minutes.")
@click.option("--scenario", default=STORY, show_default=True, help="A scenario that comes with Tocsin, or a .toml file.")
@click.option("--by-hand", is_flag=True, help="Nobody plays the people of the story: act yourself, in several windows.")
@click.option("--fresh", is_flag=True, help="Throw away what an earlier demonstration left in the folder and begin anew.")
def demo(
    speed: float, no_browser: bool, data: Path | None, minutes: float | None, scenario: str, by_hand: bool, fresh: bool
) -> None:
    """Show Tocsin with a simulated city. Ctrl-C stops it; the next start goes on where it stopped."""
    began = time.monotonic()
    folder = (data or Path(os.environ.get("TOCSIN_DATA") or DATA)).resolve()
    os.environ["TOCSIN_DATA"] = str(folder)
    os.environ.setdefault("TOCSIN_LOG_LEVEL", "WARNING")
    os.environ.setdefault("TOCSIN_SECOND_STEP", "offered")
    os.environ.setdefault("TOCSIN_TITLE", "李沧区 Licang · 演示 Demo")

    os.environ.setdefault("TOCSIN_SHOW_AROUND", ",".join(SHOWN_AROUND))

    from tocsin.workshop.demo.show import Show

    show = Show(folder, scenario, speed, by_hand=by_hand, say=click.echo)
    if fresh:
        show.forget()
    show.prepare()
    show.run(open_browser=not no_browser, minutes=minutes, began=began)
