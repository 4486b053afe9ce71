/** The map as a table: what is open, and the sensors in sight, for those who can't see a map or want to copy figures.
 *
 * `<section id="as-table" hidden><table><tbody data-rows="alarms">…<tbody data-rows="sensors">`
 */
import type { Alarms } from "./alarms";
import { formatTime } from "./clock";
import { text } from "./texts";
import { levelName, type SensorFeature } from "./types";

const MOST_SENSORS = 500;

export class MapTable {
  private readonly box = document.querySelector<HTMLElement>("#as-table")!;

  constructor(
    private readonly alarms: Alarms,
    private readonly sensorsInSight: () => SensorFeature[],
  ) {
    alarms.addEventListener("change", () => this.show());
  }

  toggle(): void {
    this.box.hidden = !this.box.hidden;
    this.show();
    if (!this.box.hidden) this.box.querySelector<HTMLElement>("h2")?.focus();
  }

  private show(): void {
    if (this.box.hidden) return;
    this.fill(
      "alarms",
      this.alarms
        .shown()
        .map((alarm) =>
          row([
            text(`level_${levelName(alarm.level)}`),
            link(`/alarms/${alarm.id}/`, alarm.title),
            alarm.place,
            text(`state_${alarm.state}`),
            formatTime(Date.parse(alarm.raised_at), "full"),
            place(alarm.lon, alarm.lat),
          ]),
        ),
    );
    const sensors = this.sensorsInSight();
    this.fill(
      "sensors",
      sensors
        .slice(0, MOST_SENSORS)
        .map(({ properties, geometry }) =>
          row([
            link(`/sensing/sensors/${properties.id}/`, properties.name),
            `${properties.value ?? "–"} ${properties.unit}`,
            text(`health_${properties.health}`),
            properties.ts ? formatTime(properties.ts, "full") : "–",
            place(geometry.coordinates[0]!, geometry.coordinates[1]!),
          ]),
        ),
    );
    this.box.querySelector("[data-sensor-count]")!.textContent = text("table_sensors", {
      shown: Math.min(sensors.length, MOST_SENSORS),
      total: sensors.length,
    });
  }

  private fill(name: string, rows: HTMLElement[]): void {
    this.box.querySelector(`[data-rows="${name}"]`)!.replaceChildren(...rows);
  }
}

function row(cells: (string | Node)[]): HTMLElement {
  const line = document.createElement("tr");
  for (const cell of cells) {
    const box = document.createElement("td");
    box.append(cell);
    line.append(box);
  }
  return line;
}

function link(href: string, words: string): HTMLAnchorElement {
  return Object.assign(document.createElement("a"), { href, textContent: words });
}

function place(lon: number | null, lat: number | null): string {
  return lon === null || lat === null ? "–" : `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
}
