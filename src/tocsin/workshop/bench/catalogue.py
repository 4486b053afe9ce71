"""Benches: each prints its own figures. To be in BENCHES is the whole registration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bench:
    """`entry` is module:function, called with a rich Console and whether to be quick; it prints, and raises on wrong results.

    `options` of the command that were given go to it by name, where it takes them.
    """

    name: str
    about: str
    entry: str
    options: tuple[str, ...] = ()


BENCHES = (
    Bench(
        "allocation",
        "which store gives what to 200 needs: seconds, and how far from the best at most",
        "tocsin.workshop.bench.allocation:run",
    ),
    Bench(
        "atlas",
        "the map with 200,000 points and 220 layers in a browser: first picture, tiles, frames, beside one GeoJSON source",
        "tocsin.workshop.bench.atlas.run:run",
    ),
    Bench(
        "baselines", "what was expected beside what came, and beside what practice uses", "tocsin.workshop.bench.baselines:run"
    ),
    Bench(
        "cases",
        "10,000 open cases: the list, the map, a tick of their clocks, 1,000 due at once",
        "tocsin.workshop.bench.cases:run",
    ),
    Bench(
        "chaos",
        "parts killed at random moments of a light siege, and what must be true after each round",
        "tocsin.workshop.bench.chaos.run:run",
        ("rounds", "seed", "database", "json_file"),
    ),
    Bench(
        "consequences",
        "releases with their clouds: cases a second in nine weathers, points of a plume beside a plain loop",
        "tocsin.workshop.bench.consequences:run",
    ),
    Bench(
        "county",
        "all tables of a county that begins: bodies, telephones, people, roles, networks, sensors, firms, meters",
        "tocsin.workshop.bench.county:run",
    ),
    Bench(
        "detection", "readings to detections, beside a bare Numba loop and plain Python", "tocsin.workshop.bench.detection:run"
    ),
    Bench(
        "million",
        "1,000,000 sensors in one detector beside 100,000: readings a second in turns, memory",
        "tocsin.workshop.bench.million:run",
    ),
    Bench(
        "door",
        "publishes through the MQTT door into the log, beside a paho subscriber and Node-RED",
        "tocsin.workshop.bench.door:run",
    ),
    Bench(
        "dynamic-risk",
        "the dynamic risk of 7,000 firms with three units each: the engine beside a plain loop, whole rounds with a database",
        "tocsin.workshop.bench.dynamic_risk:run",
    ),
    Bench(
        "exchange",
        "200,000 points below /ogc/features/: first page, all pages, filters, a window of a map",
        "tocsin.workshop.bench.exchange:run",
    ),
    Bench("exposure", "who lies in an area, of 100,000 bodies and 1,000,000 cells", "tocsin.workshop.bench.exposure:run"),
    Bench(
        "history",
        "readings on disk: a month of a sensor, the newest of all, the count, compaction beside appends; --whole: 10^9",
        "tocsin.workshop.bench.history.run:run",
        ("whole",),
    ),
    Bench("idle", "processor time and memory of every process when nothing happens", "tocsin.workshop.bench.idle:run"),
    Bench(
        "imports",
        "tables of 8,000 objects of networks and 2,500 sensors: given, judged, taken over, given again, undone",
        "tocsin.workshop.bench.imports:run",
    ),
    Bench(
        "isolation",
        "which valves to close in a city of 107,000 assets, beside SciPy's maximum flow",
        "tocsin.workshop.bench.isolation:run",
    ),
    Bench(
        "load",
        "the whole system at 1,000 to 40,000 readings a second: acknowledgements, alarms on a screen, processors, memory",
        "tocsin.workshop.bench.load:run",
        ("database",),
    ),
    Bench("log", "the log into detections and history, by the detector's own process", "tocsin.workshop.bench.log:run"),
    Bench(
        "ndjson",
        "lines of JSON through the HTTP door into the log, and from a file into the history, beside pyarrow's reader",
        "tocsin.workshop.bench.ndjson:run",
    ),
    Bench("network", "a city of 107,000 assets loaded, and diagnoses in it", "tocsin.workshop.bench.network:run"),
    Bench("notices", "500 alarms in a second to the first notice in its channel's hands", "tocsin.workshop.bench.notices:run"),
    Bench(
        "power",
        "a year of 50,000 meters through the pass that learns what running is, beside a bare loop",
        "tocsin.workshop.bench.power:run",
    ),
    Bench(
        "permits",
        "2,000 open work permits: rounds of their loops, the page of the list, an alarm that stops works, all that expire",
        "tocsin.workshop.bench.permits:run",
    ),
    Bench(
        "plant-points",
        "440,000 points of 7,000 plants at a value a minute: the detector beside a bare loop, their alarms into the database",
        "tocsin.workshop.bench.plant_points:run",
    ),
    Bench(
        "points",
        "the nightly points of 1,000,000 objects with 10 tasks each, SQLite and PostgreSQL",
        "tocsin.workshop.bench.points:run",
    ),
    Bench(
        "supplies",
        "92.18 million pieces in 1,000,000 lots: totals, reservations, many hands on one lot; SQLite and PostgreSQL",
        "tocsin.workshop.bench.supplies.run:run",
        ("database",),
    ),
    Bench(
        "spark",
        "the history judged on Spark by shard, beside PySpark keyed by sensor and one process (needs the extra `spark`)",
        "tocsin.workshop.bench.spark:run",
    ),
    Bench(
        "start",
        "from `tocsin up` to the first page, the first reading in the log and the first alarm told",
        "tocsin.workshop.bench.start:run",
    ),
    Bench("volunteers", "who is called for a need, out of 100,000 volunteers", "tocsin.workshop.bench.volunteers:run"),
    Bench(
        "warnings",
        "a public warning to 1,000,000 subscribers until everybody has a row, SQLite and PostgreSQL",
        "tocsin.workshop.bench.public_warnings:run",
    ),
    Bench(
        "incoming",
        "a warning of another service over 5,000 firms and 20,000 sensors until everybody is asked, SQLite and PostgreSQL",
        "tocsin.workshop.bench.incoming_warnings:run",
    ),
    Bench(
        "sightings",
        "500 events of recognisers a second from the doors' keeper into sightings, SQLite and PostgreSQL",
        "tocsin.workshop.bench.sightings:run",
    ),
    Bench(
        "raising",
        "one alarm from its detection to the text that screens get, processor time by step and statement; SQLite, PostgreSQL",
        "tocsin.workshop.bench.raising:run",
    ),
    Bench(
        "reports",
        "1,000 reports by the public a minute beside a working town, and the same matter among 100,000 open ones",
        "tocsin.workshop.bench.reports:run",
    ),
    Bench("scores", "anomaly scores of series of many kinds, beside a rolling z-score", "tocsin.workshop.bench.scores:run"),
    Bench(
        "scores-held",
        "the same scores on held series of a second hand: each run is a look, noted in docs/scores.md",
        "tocsin.workshop.bench.judging_series:run_held",
    ),
    Bench(
        "siege",
        "from reading to alarm while attackers do their worst, on loopback",
        "tocsin.workshop.bench.siege.run:run",
        ("attacks", "database", "json_file"),
    ),
    Bench(
        "takeover",
        "how long alarms wait when one of two detectors dies, on one machine and on two",
        "tocsin.workshop.bench.takeover:run",
        ("database",),
    ),
    Bench("watch", "early signs over a city of 20,000 sensors, beside plain NumPy", "tocsin.workshop.bench.watch:run"),
    Bench("frames", "frames of cameras a second on one core, each model by itself", "tocsin.workshop.bench.frames:run"),
    Bench("files", "a Parquet file of readings to detections", "tocsin.workshop.bench.files:run"),
)
