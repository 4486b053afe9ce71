"""Commands, processes and the protocols that devices speak."""

from tocsin.sensing.doors.rules.settings import DeviceProtocol

# Command -> where its click command is. Loaded only when called, so that `tocsin --help` is quick.
COMMANDS = {
    "accuracy": "tocsin.workshop.commands.accuracy:accuracy",
    "allocate": "tocsin.workshop.commands.allocate:allocate",
    "backup": "tocsin.portal.commands.backup:backup",
    "bench": "tocsin.workshop.commands.bench:bench",
    "cap": "tocsin.workshop.commands.cap:cap",
    "cases": "tocsin.workshop.commands.cases:cases",
    "consequence": "tocsin.workshop.commands.consequence:consequence",
    "delivery": "tocsin.workshop.commands.delivery:delivery",
    "demo": "tocsin.workshop.commands.demo:demo",
    "detect": "tocsin.workshop.commands.detect:detect",
    "diagnose": "tocsin.workshop.commands.diagnose:diagnose",
    "doctor": "tocsin.portal.commands.doctor:doctor",
    "duty": "tocsin.workshop.commands.duty:duty",
    "firms": "tocsin.workshop.commands.firms:firms",
    "history": "tocsin.portal.commands.history:history",
    "keys": "tocsin.portal.commands.keys:keys",
    "load": "tocsin.workshop.commands.load:load",
    "major-hazard": "tocsin.workshop.commands.major_hazard:major_hazard",
    "manage": "tocsin.portal.commands.manage:manage",
    "partitions": "tocsin.portal.commands.partitions:partitions",
    "policy": "tocsin.portal.commands.policy:policy",
    "prepare": "tocsin.portal.commands.up:prepare",
    "recogniser": "tocsin.portal.commands.recogniser:recogniser",
    "restore": "tocsin.portal.commands.backup:restore",
    "rewards": "tocsin.workshop.commands.rewards:rewards",
    "run": "tocsin.portal.commands.up:run",
    "simulate": "tocsin.workshop.commands.simulate:simulate",
    "spark": "tocsin.workshop.commands.spark:spark",
    "up": "tocsin.portal.commands.up:up",
    "workstatus": "tocsin.workshop.commands.workstatus:workstatus",
}

# Process -> its entry: a function without arguments that runs until SIGTERM. Started in this order; the bus is stopped last.
PROCESSES = {
    "bus": "tocsin.bus.server:run",
    "web": "tocsin.portal.web:run",
    "detector": "tocsin.warning.detection.loops.process:run",
    "worker": "tocsin.portal.worker:run",
    "watcher": "tocsin.warning.early_signs.loops.process:run",
    "door": "tocsin.sensing.doors.loops:run",
}

# Protocols that devices speak, with their ports: classes as in `tocsin.sensing.doors.services.gatehouse.Door`.
DEVICE_PROTOCOLS = (
    DeviceProtocol("mqtt", "tocsin.sensing.doors.api.mqtt:MqttDoor", "TOCSIN_MQTT_PORT", 1883),
    DeviceProtocol(
        "http",
        "tocsin.sensing.doors.api.http:HttpDoor",
        "TOCSIN_DOOR_HTTP_PORT",
        8001,
        "http://{host}:{port}/v1/readings",
        "TOCSIN_DOOR_HTTP_HOST",
    ),
    DeviceProtocol(
        "hj212",
        "tocsin.sensing.doors.api.hj212:Hj212Door",
        "TOCSIN_HJ212_PORT",
        9212,
        host_variable="TOCSIN_HJ212_HOST",
    ),
    DeviceProtocol(
        "gb26875",
        "tocsin.sensing.doors.api.gb26875:Gb26875Door",
        "TOCSIN_GB26875_PORT",
        9875,
        host_variable="TOCSIN_GB26875_HOST",
    ),
)

# What asks devices that don't speak by themselves: the same interface as a door, without a port.
DEVICE_POLLERS = (
    "tocsin.sensing.doors.api.modbus:ModbusPoller",
    "tocsin.sensing.doors.api.opcua:OpcUaPoller",
)

# Topics `tocsin/<device code>/<topic>` that a subject above the doors takes: `tocsin.sensing.doors.rules.handed.TakeMessages`.
DEVICE_TOPICS = {
    "events": "tocsin.vision.sightings.services.messages:take_messages",
    "positions": "tocsin.hazchem.positions.services.messages:take_messages",
}
