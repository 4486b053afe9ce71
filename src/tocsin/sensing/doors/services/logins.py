"""The brake on wrong secrets: counted per device and address, and per address; memory is bounded by forgetting the oldest."""

from collections import OrderedDict

from tocsin.sensing.devices.policy import LoginPolicy

REMEMBERED = 10_000
ANYWHERE = "*"  # no address


class LoginBrake:
    """Fixed windows: after so many failures, more of a key are not looked into until its end. Pure: times are arguments."""

    def __init__(self, policy: LoginPolicy) -> None:
        self.policy = policy
        self._failures: OrderedDict[tuple[str, ...], tuple[float, int]] = OrderedDict()  # key -> end of window, count

    def is_closed(self, code: str, address: str, now_s: float) -> bool:
        """True where further wrong ones are refused without another look."""
        return (
            self._count((code, address), now_s) >= self.policy.failures_per_device_and_address
            or self._count((address,), now_s) >= self.policy.failures_per_address
        )

    def is_guessed_at(self, code: str, now_s: float) -> bool:
        """True where too many were wrong for one device, from all addresses together."""
        return self._count((code, ANYWHERE), now_s) >= self.policy.failures_per_device

    def record_failure(self, code: str, address: str, now_s: float) -> None:
        """Counts one wrong secret."""
        for key in ((code, address), (code, ANYWHERE), (address,)):
            end, count = self._failures.pop(key, (now_s + self.policy.window_s, 0))
            if end <= now_s:
                end, count = now_s + self.policy.window_s, 0
            self._failures[key] = (end, count + 1)
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def _count(self, key: tuple[str, ...], now_s: float) -> int:
        end, count = self._failures.get(key, (0.0, 0))
        return count if end > now_s else 0
