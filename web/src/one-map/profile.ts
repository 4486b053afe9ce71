/** The heights along a line as a chart beside the map; the place under the pointer is marked on the map. Loaded when it is wanted.
 *
 * `<section data-profile hidden><button data-close>…</button><p data-words></p><div data-chart></div></section>`
 */
import { Marker } from "maplibre-gl";
import uPlot from "uplot";
import type { MapLibre } from "../map/build";
import { text } from "../texts";
import { token } from "../theme";
import { climbOf } from "./climb";
import { lengthWords } from "./geometry";
import type { Step } from "./heights";

const FONT = '11px "Noto Sans SC Variable", sans-serif';
const HEIGHT_PX = 150;

export class Profile {
  private plot: uPlot | null = null;
  private steps: Step[] = [];
  private readonly spot = new Marker({
    element: Object.assign(document.createElement("div"), { className: "profile-spot" }),
  });
  private readonly chart: HTMLElement;
  private readonly words: HTMLElement;

  constructor(
    private readonly box: HTMLElement,
    private readonly map: MapLibre,
  ) {
    this.chart = box.querySelector<HTMLElement>("[data-chart]")!;
    this.words = box.querySelector<HTMLElement>("[data-words]")!;
    box.querySelector("[data-close]")!.addEventListener("click", () => this.hide());
    document.addEventListener("tocsin:theme", () => this.plot && this.draw());
  }

  show(steps: Step[]): void {
    this.steps = steps;
    this.box.hidden = false;
    this.draw();
  }

  hide(): void {
    this.plot?.destroy();
    this.plot = null;
    this.spot.remove();
    this.box.hidden = true;
  }

  private draw(): void {
    this.plot?.destroy();
    this.plot = null;
    const known = climbOf(this.steps) !== null;
    this.chart.hidden = !known;
    this.tell(null);
    if (!known) return;
    const columns: uPlot.AlignedData = [this.steps.map((step) => step[0]), this.steps.map((step) => step[3])];
    this.plot = new uPlot(this.options(), columns, this.chart);
  }

  private options(): uPlot.Options {
    const axis = { stroke: token("text-muted"), grid: { stroke: token("line"), width: 1 }, ticks: { show: false }, font: FONT };
    const accent = token("accent");
    return {
      width: Math.max(220, this.chart.clientWidth),
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: { range: (_, low, high) => range(low, high) } },
      axes: [
        { ...axis, space: 64, size: 26, values: (_, ticks) => ticks.map((tick) => (tick ? lengthWords(tick) : "0")) },
        { ...axis, space: 28, size: 52, values: (_, ticks) => ticks.map((tick) => `${String(tick)} m`) },
      ],
      series: [
        {},
        { stroke: accent, width: 1.7, fill: `color-mix(in srgb, ${accent} 22%, transparent)`, points: { show: false } },
      ],
      hooks: { setCursor: [(plot) => this.tell(plot.cursor.idx ?? null)] },
    };
  }

  /** The place that the pointer is at, else the whole course. */
  private tell(index: number | null): void {
    const step = index === null ? undefined : this.steps[index];
    if (!step) {
      this.spot.remove();
      const climb = climbOf(this.steps);
      this.words.textContent = climb ? text("map_profile", figures(climb)) : text("map_no_profile");
      return;
    }
    const [metres, lon, lat, height] = step;
    const told = height === null ? text("map_no_height") : text("map_height", { height: height.toFixed(1) });
    this.words.textContent = `${metres ? lengthWords(metres) : "0 m"} · ${told}`;
    this.spot.setLngLat([lon, lat]).addTo(this.map);
  }
}

/** Room above and below; at least five metres, so that level ground looks level. */
function range(low: number, high: number): [number, number] {
  const missing = Math.max(0, 5 - (high - low)) / 2;
  const margin = (high - low) * 0.08;
  return [low - missing - margin, high + missing + margin];
}

function figures(climb: { lowest: number; highest: number; up: number; down: number }): Record<string, string> {
  return {
    lowest: climb.lowest.toFixed(1),
    highest: climb.highest.toFixed(1),
    up: climb.up.toFixed(0),
    down: climb.down.toFixed(0),
  };
}
