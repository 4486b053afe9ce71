"""`tocsin simulate`: a steady load through the MQTT door of a running system, with what it answers and how fast."""

import os
from pathlib import Path

import click


@click.command()
@click.option("--sensors", type=click.IntRange(1, 1_000_000), required=True, help="Sensors that send.")
@click.option("--rate", type=click.FloatRange(min=0.1), required=True, help="Readings a second, all sensors together.")
@click.option("--seconds", type=click.FloatRange(min=1.0), default=30.0, show_default=True, help="How long.")
@click.option("--gateways", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Devices that carry them.")
@click.option("--together", type=click.IntRange(1, 1000), default=1, show_default=True, help="Readings in one message.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder of the running system; else TOCSIN_DATA."
)
@click.option("--host", default=None, help="Where its MQTT door is; else as configured.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port of the MQTT door; else as configured.")
def simulate(
    sensors: int,
    rate: float,
    seconds: float,
    gateways: int,
    together: int,
    data: Path | None,
    host: str | None,
    port: int | None,
) -> None:
    """Load a demonstration with made-up readings and tell the rate reached and the delay of its acknowledgements."""
    if data is not None:
        os.environ["TOCSIN_DATA"] = str(data.resolve())

    from tocsin.workshop.demo.load import Load

    load = Load(sensors=sensors, gateways=min(gateways, sensors), rate=rate, together=together, say=click.echo)
    load.prepare()
    load.run(seconds, host=host, port=port)
