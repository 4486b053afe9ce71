/** How many alarms were raised in each five minutes of the last six hours, stacked by level.
 *
 * `<figure id="timeline" data-url="/api/v1/warning/alarms"><svg></svg></figure>`
 */
import type { AlarmsOut } from "../generated/api";
import { getJson } from "./api";
import { formatTime, nowMs } from "./clock";
import { LEVELS, type Alarm } from "./types";

const HOURS = 6;
const STEP_MS = 5 * 60_000;
const SVG = "http://www.w3.org/2000/svg";

export class Timeline {
  private readonly raised = new Map<string, { at: number; level: number }>();
  private readonly svg: SVGSVGElement;

  constructor(private readonly box: HTMLElement) {
    this.svg = box.querySelector("svg")!;
    setInterval(() => this.draw(), 30_000);
    new ResizeObserver(() => this.draw()).observe(box);
  }

  async load(): Promise<void> {
    const page = await getJson<AlarmsOut>(`${this.box.dataset.url}?state=all&limit=500`);
    for (const alarm of page.items) this.note(alarm);
    this.draw();
  }

  take(alarm: Alarm): void {
    this.note(alarm);
    this.draw();
  }

  private note(alarm: Alarm): void {
    this.raised.set(alarm.id, { at: Date.parse(alarm.raised_at), level: alarm.peak_level || alarm.level });
  }

  private draw(): void {
    const width = this.svg.clientWidth;
    if (!width) return;
    const height = 24;
    const now = nowMs();
    const steps = (HOURS * 3_600_000) / STEP_MS;
    const first = Math.floor(now / STEP_MS) - steps + 1;
    const counts = Array.from({ length: steps }, () => [0, 0, 0, 0, 0]);
    for (const { at, level } of this.raised.values()) {
      const column = counts[Math.floor(at / STEP_MS) - first];
      if (column) column[level]!++;
    }
    const most = Math.max(4, ...counts.map((column) => column.reduce((sum, one) => sum + one)));
    const shapes: SVGElement[] = [];
    counts.forEach((column, index) => {
      const x = (index * width) / steps;
      let y = height;
      shapes.push(bar(x, height - 1, width / steps - 1.5, 1, "none"));
      column.forEach((count, level) => {
        if (!count) return;
        const tall = (count * (height - 1)) / most;
        y -= tall;
        shapes.push(bar(x, y - 1, width / steps - 1.5, tall, LEVELS[level]!));
      });
    });
    for (let hour = HOURS - 1; hour >= 1; hour--) {
      const at = Math.floor(now / 3_600_000) * 3_600_000 - (hour - 1) * 3_600_000;
      const label = document.createElementNS(SVG, "text");
      label.setAttribute("x", String(((at / STEP_MS - first) * width) / steps));
      label.setAttribute("y", "37");
      label.textContent = formatTime(at, "time");
      shapes.push(label);
    }
    this.svg.replaceChildren(...shapes);
  }
}

function bar(x: number, y: number, width: number, height: number, className: string): SVGElement {
  const rectangle = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ x, y, width, height })) rectangle.setAttribute(name, value.toFixed(1));
  rectangle.setAttribute("class", className);
  return rectangle;
}
