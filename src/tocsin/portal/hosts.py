"""The names under which this server answers: its own, those of the environment, and those that a page entered."""

from collections.abc import Iterator

from tocsin.portal.configuration import Configuration


class AllowedHosts(list[str]):
    """Django's ALLOWED_HOSTS, which goes through them at every request: a name that is entered by page counts at once."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(["localhost", "127.0.0.1", "[::1]", configuration.http_host])
        self._configuration = configuration

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        yield from self._configuration.now.public_hosts
