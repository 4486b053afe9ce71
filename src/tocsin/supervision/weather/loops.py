"""The loop that lets old weather go."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.weather.services import forget_old_weather

LOOPS = (Loop(name="forget-weather", work=forget_old_weather, period_s=3600.0),)
