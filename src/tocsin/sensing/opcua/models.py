"""Servers of OPC UA, their passwords and Tocsin's own certificate as rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from tocsin.base.ids import new_id
from tocsin.sensing.opcua.rules.nodes import Node
from tocsin.sensing.opcua.rules.places import Security

SECURITY_NAMES = {
    Security.NONE: pgettext_lazy("security of OPC UA", "None"),
    Security.SIGN: pgettext_lazy("security of OPC UA", "Sign"),
    Security.SIGN_AND_ENCRYPT: pgettext_lazy("security of OPC UA", "Sign and encrypt"),
}


class OpcUaServer(models.Model):
    """A device that is asked by OPC UA: where, how secured, which nodes of it and of the devices that it carries."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    device = models.OneToOneField("sensing.Device", on_delete=models.CASCADE, related_name="opcua_server")
    endpoint = models.CharField(max_length=300)
    security = models.CharField(max_length=20, choices=[(one.value, name) for one, name in SECURITY_NAMES.items()])
    user_name = models.CharField(max_length=100, blank=True)  # empty: anonymous
    certificate = models.BinaryField(default=bytes)  # of the server (DER), as a person trusts it; empty: none yet
    trusted_at = models.DateTimeField(null=True)
    trusted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    period_s = models.FloatField(default=60.0)
    sampling_s = models.FloatField(default=1.0)
    queue = models.IntegerField(default=10)
    nodes = models.JSONField(default=list)  # lines of a list, as `rules.nodes.read_nodes` reads them
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("device__code",)

    @property
    def nodes_text(self) -> str:
        """Its list, one node a line."""
        return "\n".join(self.nodes)

    @property
    def is_secured(self) -> bool:
        """Whether its certificate must be trusted before it is asked."""
        return self.security != Security.NONE

    @staticmethod
    def lines_of(nodes: tuple[Node, ...]) -> list[str]:
        """As they are kept."""
        return [one.line() for one in nodes]


class OpcUaSecret(models.Model):
    """What lies sealed: the password of a server, or, of no server, the key of Tocsin's own certificate."""

    server = models.OneToOneField(OpcUaServer, null=True, on_delete=models.CASCADE, related_name="secret")
    sealed = models.TextField()


class OpcUaIdentity(models.Model):
    """Tocsin's own certificate, by which servers know it; one for the whole installation."""

    name = models.CharField(max_length=10, primary_key=True)
    application_uri = models.CharField(max_length=120)
    certificate = models.BinaryField()
    secret = models.OneToOneField(OpcUaSecret, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
