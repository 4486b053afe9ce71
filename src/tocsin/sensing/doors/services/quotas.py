"""How fast each device may send: who sends more is read more slowly, and nobody else notices."""

from tocsin.sensing.devices.policy import Policy
from tocsin.sensing.doors.services.loading import KnownDevice

SHARE = 0.25  # of what may wait for the log, for one device at once


class Quotas:
    """One figure a device: the time by which what it has sent would have come at its own pace. Pure: times are arguments."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._paced: dict[str, float] = {}

    def per_min(self, device: KnownDevice) -> int:
        """How many readings a minute this device may send in the long run."""
        quota = self.policy.quota
        return max(quota.readings_per_device_min, quota.readings_per_sensor_min * len(device.channels.known))

    def wait_s(self, device: KnownDevice, now_s: float) -> float:
        """How long it has to wait before it may send again; 0 where it need not."""
        return max(0.0, self._paced.get(device.code, 0.0) - now_s - self._burst_s(device))

    def charge(self, device: KnownDevice, readings: int, now_s: float) -> float:
        """Counts what it has sent; how long it has to wait now."""
        paced = max(self._paced.get(device.code, 0.0), now_s) + readings * 60 / self.per_min(device)
        self._paced[device.code] = paced
        return self.wait_s(device, now_s)

    def _burst_s(self, device: KnownDevice) -> float:
        share_s = SHARE * self.policy.log.readings_waiting * 60 / self.per_min(device)
        return min(self.policy.quota.burst_min * 60, share_s)
