"""`tocsin manage register_device`: one device with one channel, from the machine's own command line; prints its secret once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tocsin.base.errors import Refusal
from tocsin.base.quantities import QUANTITIES
from tocsin.jurisdiction.face import system_actor
from tocsin.sensing.devices.rules import NewSensor
from tocsin.sensing.devices.services import credentials, registering


class Command(BaseCommand):
    help = "Registers a device with one channel and prints how it sends its first reading. The secret is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="what the device logs in with; part of its topic")
        parser.add_argument("--name", default="", help="place in words, as it stands on the alarm")
        parser.add_argument("--gateway", default="", help="code of the device that carries what this one sends")
        parser.add_argument("--region", required=True, help="six digits (GB/T 2260)")
        parser.add_argument("--channel", required=True, help="key of the value in what the device sends")
        parser.add_argument("--quantity", choices=sorted(QUANTITIES), help="what is measured; the channel's name where not given")
        parser.add_argument("--unit", default="", help="unit as sent; the quantity's own where not given")
        parser.add_argument("--lon", type=float, required=True, help="degrees east, WGS84")
        parser.add_argument("--lat", type=float, required=True, help="degrees north, WGS84")
        parser.add_argument("--interval", type=float, default=300.0, help="seconds between two readings (300)")
        parser.add_argument("--hj212", action="store_true", help="makes a password (PW) for HJ 212, too; the code is its MN")

    def handle(self, *args: Any, **options: Any) -> None:
        sensor = NewSensor(
            device_code=options["code"],
            channel=options["channel"],
            quantity=options["quantity"] or options["channel"],
            unit=options["unit"],
            name=options["name"],
            lon=options["lon"],
            lat=options["lat"],
            region_code=options["region"],
            interval_s=options["interval"],
        )
        actor = system_actor()
        try:
            with transaction.atomic():
                device, secret = registering.register_device(
                    actor=actor,
                    code=options["code"],
                    name=options["name"],
                    region_code=options["region"],
                    gateway_code=options["gateway"],
                )
                registering.register_sensor(actor=actor, sensor=sensor)
                password = credentials.renew_access_password(actor=actor, device_id=device.pk) if options["hj212"] else ""
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"device {device.code}, secret {secret}")
        self.stdout.write(f"user name {device.code}, topic tocsin/{device.code}/readings")
        self.stdout.write(f'payload {{"values": {{"{sensor.channel}": 12.5}}}}')
        if password:
            self.stdout.write(f"HJ 212: MN {device.code}, PW {password}, real-time value as {sensor.channel}-Rtd")
