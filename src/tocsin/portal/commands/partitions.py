"""`tocsin partitions`: to how many detectors the sensors are dealt out."""

import asyncio

import click

from tocsin.portal.configuration import Configuration
from tocsin.portal.processes import keep_kernels_in_the_data_folder, set_up_django


@click.command()
@click.argument("count", type=int, required=False)
def partitions(count: int | None) -> None:
    """Show which process judges which partition of the sensors; with COUNT, deal them out anew while no detector runs.

    So many detector processes, at most, share the work. The act takes as long as the detectors are behind.
    """
    keep_kernels_in_the_data_folder()
    set_up_django()
    configuration = Configuration.from_environment()
    if count is None:
        _show(configuration)
        return
    position = asyncio.run(_deal_out(configuration, count))
    click.echo(f"{count} partitions from {position + 1} of the log on; start up to {count} detector processes")


def _show(configuration: Configuration) -> None:
    from tocsin.warning.face import judged_by, read_count

    for partition, process in judged_by(read_count(configuration.data)).items():
        click.echo(f"partition {partition}: {process or 'nobody judges it'}")


async def _deal_out(configuration: Configuration, count: int) -> int:
    from tocsin.portal.backup import log
    from tocsin.warning.face import deal_out

    async with log.bus() as connection:
        return await deal_out(
            connection, folder=configuration.data, clock=configuration.clock, count=count, say=lambda line: click.echo(line)
        )
