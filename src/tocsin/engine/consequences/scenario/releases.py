"""Steps by which something comes out: each answers a rate or a mass, and what state it is in."""

from dataclasses import replace

from tocsin.engine.consequences import pipe, pool, release, tank, two_phase
from tocsin.engine.consequences.release import GasRelease
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.outcome import Context, Figure, Outcome, State, Unit

KELVIN = 273.15
MIST = 2.0
CROWL = "Crowl & Louvar, Chemical Process Safety, 3rd ed."


def _temperature(given_c: float | None, context: Context) -> float:
    return context.weather.temperature_k if given_c is None else given_c + KELVIN


def known_source(step: steps.Source, context: Context, state: State) -> tuple[Outcome, State]:
    """What the case says comes out."""
    mass = step.mass_kg
    if mass is None and step.rate_kg_s is not None and step.duration_s is not None:
        mass = step.rate_kg_s * step.duration_s
    after = replace(
        state,
        rate_kg_s=step.rate_kg_s,
        mass_kg=mass,
        duration_s=step.duration_s,
        temperature_k=_temperature(step.temperature_c, context),
        vapour_share=step.vapour_share,
        height_m=step.height_m,
    )
    given = (
        ("rate", after.rate_kg_s, Unit.KG_S),
        ("mass", after.mass_kg, Unit.KG),
        ("duration", after.duration_s, Unit.S),
    )
    figures = tuple(Figure(name, value, unit) for name, value, unit in given if value is not None)
    return Outcome("source", "the case", (), figures), after


def _gas(
    model: str, source: str, found: GasRelease, duration_s: float | None, height_m: float, state: State
) -> tuple[Outcome, State]:
    figures = [
        Figure("rate", found.rate_kg_s, Unit.KG_S),
        Figure("exit_pressure", found.exit_pressure_pa, Unit.PA),
        Figure("exit_temperature", found.exit_temperature_k, Unit.K),
    ]
    mass = None
    if duration_s is not None:
        mass = found.rate_kg_s * duration_s
        figures.append(Figure("mass", mass, Unit.KG))
    after = replace(
        state,
        rate_kg_s=found.rate_kg_s,
        mass_kg=mass,
        duration_s=duration_s,
        temperature_k=found.exit_temperature_k,
        vapour_share=1.0,
        height_m=height_m,
    )
    notes = ("choked",) if found.choked else ("not_choked",)
    return Outcome(model, source, (str(release.HOLE), str(release.GAMMA)), tuple(figures), notes=notes), after


def gas_hole(step: steps.GasHole, context: Context, state: State) -> tuple[Outcome, State]:
    """Gas through a hole."""
    found = release.gas_hole(
        pressure_pa=step.pressure_pa,
        outside_pa=context.weather.pressure_pa,
        temperature_k=_temperature(step.temperature_c, context),
        molar_mass_kg_mol=context.substance.molar_mass_kg_mol,
        gamma=context.substance.gamma,
        diameter_m=step.diameter_m,
        discharge=step.discharge,
    )
    return _gas("gas_hole", f"{CROWL}, eq. 4-48 and 4-50", found, step.duration_s, step.height_m, state)


def gas_pipe(step: steps.GasPipe, context: Context, state: State) -> tuple[Outcome, State]:
    """Gas through a pipe."""
    found = pipe.gas_pipe(
        pressure_pa=step.pressure_pa,
        outside_pa=context.weather.pressure_pa,
        temperature_k=_temperature(step.temperature_c, context),
        molar_mass_kg_mol=context.substance.molar_mass_kg_mol,
        gamma=context.substance.gamma,
        diameter_m=step.diameter_m,
        length_m=step.length_m,
        roughness_m=step.roughness_m,
        losses=step.losses,
    )
    return _gas("gas_pipe", f"{CROWL}, eq. 4-63 to 4-66", found, step.duration_s, step.height_m, state)


def gas_vessel(step: steps.GasVessel, context: Context, state: State) -> tuple[Outcome, State]:
    """A vessel of gas that runs empty; the rate handed on is the first, which is the highest."""
    found = tank.gas_vessel(
        volume_m3=step.volume_m3,
        pressure_pa=step.pressure_pa,
        outside_pa=context.weather.pressure_pa,
        temperature_k=_temperature(step.temperature_c, context),
        molar_mass_kg_mol=context.substance.molar_mass_kg_mol,
        gamma=context.substance.gamma,
        diameter_m=step.diameter_m,
        discharge=step.discharge,
    )
    after = replace(
        state,
        rate_kg_s=float(found.rate_kg_s[0]),
        mass_kg=found.mass_kg,
        duration_s=found.duration_s,
        temperature_k=_temperature(step.temperature_c, context),
        vapour_share=1.0,
        height_m=step.height_m,
    )
    return Outcome("gas_vessel", "TNO Yellow Book 2.5.2.2", (str(release.HOLE),), _emptying(found)), after


def _emptying(found: tank.Emptying) -> tuple[Figure, ...]:
    half = (
        float(found.time_s[(found.rate_kg_s <= found.rate_kg_s[0] / 2).argmax()])
        if found.rate_kg_s[-1] * 2 <= found.rate_kg_s[0]
        else None
    )
    figures = [
        Figure("first_rate", float(found.rate_kg_s[0]), Unit.KG_S),
        Figure("mean_rate", found.mass_kg / found.duration_s, Unit.KG_S),
        Figure("mass", found.mass_kg, Unit.KG),
        Figure("duration", found.duration_s, Unit.S),
    ]
    if half is not None:
        figures.append(Figure("time_to_half_the_rate", half, Unit.S))
    return tuple(figures)


def _over_liquid(given_pa: float | None, temperature_k: float, context: Context) -> float:
    """Pressure over a liquid: as given, else its vapour's where that is above the air's."""
    if given_pa is not None:
        return given_pa
    outside = context.weather.pressure_pa
    boils = context.substance.figure("boiling_k") < temperature_k
    return max(context.substance.vapour_pressure_pa(temperature_k), outside) if boils else outside


def _vapour(context: Context, temperature_k: float) -> tuple[float, float]:
    """The share of a liquid that flashes outside, and the share that stays in the air: twice as much, with its mist (Kletz)."""
    if context.substance.figure("boiling_k") >= temperature_k:
        return 0.0, 0.0
    flash = two_phase.flash_share(context.substance, temperature_k, context.weather.pressure_pa)
    return flash, min(MIST * flash, 1.0)


def _liquid(
    model: str,
    source: str,
    rate: float,
    temperature_k: float,
    step: steps.LiquidHole | steps.LiquidPipe,
    context: Context,
    state: State,
) -> tuple[Outcome, State]:
    flash, vapour = _vapour(context, temperature_k)
    duration_s, height_m = step.duration_s, step.height_m
    figures = [Figure("rate", rate, Unit.KG_S), Figure("flash_share", flash, Unit.SHARE)]
    mass = None
    if duration_s is not None:
        mass = rate * duration_s
        figures.append(Figure("mass", mass, Unit.KG))
    after = replace(
        state,
        rate_kg_s=rate,
        mass_kg=mass,
        duration_s=duration_s,
        temperature_k=temperature_k,
        vapour_share=vapour,
        height_m=height_m,
    )
    return Outcome(model, source, (str(release.HOLE),), tuple(figures)), after


def liquid_hole(step: steps.LiquidHole, context: Context, state: State) -> tuple[Outcome, State]:
    """Liquid through a hole."""
    temperature = _temperature(step.temperature_c, context)
    rate = release.liquid_hole(
        pressure_pa=_over_liquid(step.pressure_pa, temperature, context),
        outside_pa=context.weather.pressure_pa,
        head_m=step.head_m,
        density_kg_m3=context.substance.liquid_density_kg_m3(temperature),
        diameter_m=step.diameter_m,
        discharge=step.discharge,
    )
    return _liquid("liquid_hole", f"{CROWL}, eq. 4-12", rate, temperature, step, context, state)


def liquid_pipe(step: steps.LiquidPipe, context: Context, state: State) -> tuple[Outcome, State]:
    """Liquid through a pipe."""
    temperature = _temperature(step.temperature_c, context)
    rate = pipe.liquid_pipe(
        pressure_pa=_over_liquid(step.pressure_pa, temperature, context),
        outside_pa=context.weather.pressure_pa,
        drop_m=step.drop_m,
        density_kg_m3=context.substance.liquid_density_kg_m3(temperature),
        diameter_m=step.diameter_m,
        length_m=step.length_m,
        roughness_m=step.roughness_m,
        losses=step.losses,
    )
    return _liquid("liquid_pipe", f"{CROWL}, section 4.4", rate, temperature, step, context, state)


def upright_tank(step: steps.Tank, context: Context, state: State) -> tuple[Outcome, State]:
    """A tank of liquid that runs empty; the rate handed on is the first, which is the highest."""
    temperature = _temperature(step.temperature_c, context)
    found = tank.upright_tank(
        tank_diameter_m=step.tank_diameter_m,
        head_m=step.head_m,
        pressure_pa=_over_liquid(step.pressure_pa, temperature, context),
        outside_pa=context.weather.pressure_pa,
        density_kg_m3=context.substance.liquid_density_kg_m3(temperature),
        diameter_m=step.diameter_m,
        discharge=step.discharge,
    )
    after = replace(
        state,
        rate_kg_s=float(found.rate_kg_s[0]),
        mass_kg=found.mass_kg,
        duration_s=found.duration_s,
        temperature_k=temperature,
        vapour_share=_vapour(context, temperature)[1],
        height_m=step.height_m,
    )
    return Outcome("tank", f"{CROWL}, eq. 4-18 and 4-19", (str(release.HOLE),), _emptying(found)), after


def two_phase_hole(step: steps.TwoPhaseHole, context: Context, state: State) -> tuple[Outcome, State]:
    """A liquid that boils on its way out."""
    temperature = _temperature(step.temperature_c, context)
    found = two_phase.two_phase_hole(
        context.substance,
        temperature_k=temperature,
        outside_pa=context.weather.pressure_pa,
        diameter_m=step.diameter_m,
        length_m=step.length_m,
        discharge=step.discharge,
    )
    airborne = min(MIST * found.flash_share, 1.0)
    mass = None if step.duration_s is None else found.rate_kg_s * step.duration_s
    figures = [
        Figure("rate", found.rate_kg_s, Unit.KG_S),
        Figure("throat_pressure", found.throat_pa, Unit.PA),
        Figure("omega", found.omega, Unit.NONE),
        Figure("flash_share", found.flash_share, Unit.SHARE),
        Figure("airborne_share", airborne, Unit.SHARE),
    ]
    if mass is not None:
        figures.append(Figure("mass", mass, Unit.KG))
    after = replace(
        state,
        rate_kg_s=found.rate_kg_s,
        mass_kg=mass,
        duration_s=step.duration_s,
        temperature_k=context.substance.boiling_at(context.weather.pressure_pa),
        vapour_share=airborne,
        height_m=step.height_m,
    )
    valid = (str(release.HOLE), str(two_phase.REDUCED))
    return Outcome("two_phase_hole", "Leung, AIChE J. 32 (1986) 1743; Fauske (1985)", valid, tuple(figures)), after


def spilled_pool(step: steps.Pool, context: Context, state: State) -> tuple[Outcome, State]:
    """What falls to the ground, and how fast it goes into the air; with what is in the air already that is handed on."""
    fallen = 1.0 - (0.0 if state.vapour_share is None else state.vapour_share)
    mass = state.needed("mass_kg", "pool") * fallen if step.mass_kg is None else step.mass_kg
    temperature = state.temperature_k if step.temperature_c is None else step.temperature_c + KELVIN
    given = context.weather.temperature_k if temperature is None else temperature
    found = pool.pool_of(
        context.substance,
        mass,
        given,
        context.weather,
        ground=step.ground.value,
        bund_area_m2=step.bund_area_m2,
        time_s=step.time_s,
    )
    flying = (state.rate_kg_s or 0.0) * (1.0 - fallen) if step.mass_kg is None else 0.0
    boiling = context.substance.boiling_at(context.weather.pressure_pa)
    after = replace(
        state,
        rate_kg_s=found.rate_kg_s + flying,
        mass_kg=mass,
        duration_s=mass / found.rate_kg_s if flying == 0 else state.duration_s,
        temperature_k=min(given, boiling),
        vapour_share=1.0,
        height_m=0.0,
        pool_diameter_m=found.diameter_m,
    )
    figures = (
        Figure("mass", mass, Unit.KG),
        Figure("area", found.area_m2, Unit.M2),
        Figure("diameter", found.diameter_m, Unit.M),
        Figure("depth", found.depth_m, Unit.M),
        Figure("evaporation_rate", found.rate_kg_s, Unit.KG_S),
        Figure("rate_into_the_air", found.rate_kg_s + flying, Unit.KG_S),
    )
    source = (
        "TNO Yellow Book 3.5.3; heat from the ground, Crowl & Louvar 4.10"
        if found.boiling
        else "TNO Yellow Book 3.5.3; Mackay & Matsugu, Can. J. Chem. Eng. 51 (1973) 434"
    )
    notes = ("boiling",) if found.boiling else ("evaporating",)
    return Outcome("pool", source, (str(pool.AREA), str(pool.TIME)), figures, notes=notes), after
