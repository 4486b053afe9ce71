/** A firm's power on one time axis: curve, what was to be expected, verdict of each day, stops and episodes.
 *
 * `<div class="chart power" data-power="/api/v1/supervision/objects/…/power?first=2026-11-01&days=30"></div>`
 * Beside it `.chart-reading` takes the reading under the pointer. The same facts stand in the page as tables.
 */
import "./styles/power.css";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { PowerOut } from "../generated/api";
import { getJson } from "./api";
import { formatTime, timeZone } from "./clock";
import { announce } from "./forms";
import { text } from "./texts";
import { token } from "./theme";

const FONT = '11px "Noto Sans SC Variable", sans-serif';
const STRIP = 12; // height of the strip of verdicts, CSS pixels

class PowerChart {
  private plot: uPlot | null = null;
  private power: PowerOut | null = null;

  constructor(private readonly box: HTMLElement) {
    document.addEventListener("tocsin:theme", () => this.build());
    new ResizeObserver(() => this.plot?.setSize({ width: this.box.clientWidth, height: this.box.clientHeight })).observe(box);
  }

  async load(): Promise<void> {
    this.power = await getJson<PowerOut>(this.box.dataset.power!);
    await document.fonts.load(FONT, "停产开工");
    this.build();
  }

  private build(): void {
    this.plot?.destroy();
    this.plot = null;
    const power = this.power;
    if (!power) return;
    this.box.replaceChildren();
    if (!power.total_kw.some((value) => value !== null) && !power.process_kw.some((value) => value !== null)) {
      this.box.append(Object.assign(document.createElement("p"), { className: "empty", textContent: text("chart_empty") }));
      return;
    }
    const columns = [power.ts.map((ts) => ts / 1000), power.total_kw, power.process_kw, power.expected_kw];
    this.plot = new uPlot(this.options(), columns as uPlot.AlignedData, this.box);
  }

  private options(): uPlot.Options {
    const axis = { stroke: token("text-muted"), grid: { stroke: token("line"), width: 1 }, ticks: { show: false }, font: FONT };
    return {
      width: Math.max(240, this.box.clientWidth),
      height: this.box.clientHeight || 320,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone()),
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false } },
      scales: { x: { time: true }, y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, high ?? 1) * 1.06] } },
      axes: [
        {
          ...axis,
          space: 76,
          size: 26 + STRIP,
          gap: STRIP + 4,
          values: (_, ticks) => ticks.map((tick) => formatTime(tick * 1000, "full").slice(5, 16)),
        },
        { ...axis, size: 62, label: "kW", labelSize: 18, labelFont: FONT, labelGap: 0 },
      ],
      series: [
        {},
        { stroke: token("text-faint"), width: 1, points: { show: false }, spanGaps: false },
        { stroke: token("accent"), width: 1.7, points: { show: false }, spanGaps: false },
        { stroke: token("good"), width: 1.2, dash: [5, 4], points: { show: false }, spanGaps: false },
      ],
      hooks: {
        drawClear: [(plot) => this.drawSpans(plot)],
        draw: [(plot) => this.drawNames(plot), (plot) => this.drawDays(plot)],
        setCursor: [(plot) => this.tell(plot)],
      },
    };
  }

  /** Stops as a tinted ground, episodes as a bar at the top in the colour of their level. */
  private drawSpans(plot: uPlot): void {
    const pen = plot.ctx;
    const { top, height } = plot.bbox;
    pen.save();
    for (const stop of this.power!.stops) {
      const [left, width] = reach(plot, stop);
      pen.fillStyle = `color-mix(in srgb, ${token(stop.kind === "ordered stop" ? "red" : "blue")} 14%, transparent)`;
      pen.fillRect(left, top, width, height);
    }
    for (const episode of this.power!.episodes) {
      const [left, width] = reach(plot, episode);
      const colour = token(episode.level === "task" ? "text-faint" : episode.level);
      pen.fillStyle = `color-mix(in srgb, ${colour} 24%, transparent)`;
      pen.fillRect(left, top, Math.max(width, 3 * devicePixelRatio), height);
      pen.fillStyle = colour;
      pen.fillRect(left, top, Math.max(width, 3 * devicePixelRatio), 8 * devicePixelRatio);
    }
    pen.restore();
  }

  /** Which stop the ground stands for, above grid and curves on a ground of its own. */
  private drawNames(plot: uPlot): void {
    const pen = plot.ctx;
    const [high, side] = [plot.bbox.top + 13 * devicePixelRatio, 4 * devicePixelRatio];
    pen.save();
    pen.font = `${11 * devicePixelRatio}px "Noto Sans SC Variable", sans-serif`;
    pen.textAlign = "left"; // the axes leave theirs behind
    pen.textBaseline = "middle";
    for (const stop of this.power!.stops) {
      const [left, width] = reach(plot, stop);
      const needed = pen.measureText(stop.name).width + 2 * side;
      if (width < needed + side) continue;
      pen.fillStyle = token("surface");
      pen.fillRect(left + side, high - 2 * side, needed, 4 * side);
      pen.fillStyle = token("text-muted");
      pen.fillText(stop.name, left + 2 * side, high);
    }
    pen.restore();
  }

  /** The strip of verdicts under the axis: how high it is filled tells the state, too, not the colour alone. */
  private drawDays(plot: uPlot): void {
    const pen = plot.ctx;
    const bottom = plot.bbox.top + plot.bbox.height + (STRIP + 2) * devicePixelRatio;
    pen.save();
    for (const day of this.power!.days) {
      const [left, width] = reach(plot, day);
      if (width <= 0) continue;
      const gap = Math.min(1.5 * devicePixelRatio, width / 6);
      pen.strokeStyle = token("line-strong");
      pen.strokeRect(left + gap, bottom - STRIP * devicePixelRatio, width - 2 * gap, STRIP * devicePixelRatio);
      const part = { stopped: 0, idle: 0.18, partial: 0.5, full: 0.85, over: 1 }[day.state];
      if (part === undefined) {
        pen.fillStyle = token("text-muted");
        pen.textAlign = "center";
        pen.font = `${9 * devicePixelRatio}px sans-serif`;
        if (width > 8 * devicePixelRatio) pen.fillText("?", left + width / 2, bottom - 3 * devicePixelRatio);
        continue;
      }
      pen.fillStyle = token(day.state === "over" ? "orange" : "accent");
      pen.fillRect(left + gap, bottom - part * STRIP * devicePixelRatio, width - 2 * gap, part * STRIP * devicePixelRatio);
    }
    pen.restore();
  }

  private tell(plot: uPlot): void {
    const output = this.box.parentElement?.querySelector<HTMLElement>(".chart-reading");
    const at = plot.cursor.idx;
    if (!output || at == null) return;
    const ts = this.power!.ts[at]!;
    const figure = (value: number | null | undefined): string => (value == null ? "–" : `${Number(value.toPrecision(4))} kW`);
    const parts = [
      formatTime(ts, "full"),
      `${text("power_total")} ${figure(this.power!.total_kw[at])}`,
      `${text("power_process")} ${figure(this.power!.process_kw[at])}`,
      `${text("power_expected")} ${figure(this.power!.expected_kw[at])}`,
    ];
    const day = this.power!.days.find((one) => one.begin_ms <= ts && ts < one.end_ms);
    if (day) parts.push(`${day.state_name} ${Math.round(day.p_working * 100)} %`);
    for (const one of [...this.power!.stops, ...this.power!.episodes])
      if (one.begin_ms <= ts && ts < one.end_ms) parts.push(one.name);
    output.textContent = parts.join("  ·  ");
  }
}

/** Left edge and width of a span inside the plot, canvas pixels. */
function reach(plot: uPlot, span: { begin_ms: number; end_ms: number }): [number, number] {
  const { left, width } = plot.bbox;
  const clamp = (x: number): number => Math.min(left + width, Math.max(left, x));
  const begin = clamp(plot.valToPos(span.begin_ms / 1000, "x", true));
  return [begin, clamp(plot.valToPos(span.end_ms / 1000, "x", true)) - begin];
}

for (const box of document.querySelectorAll<HTMLElement>("[data-power]")) {
  const chart = new PowerChart(box);
  void chart.load().catch(() => announce(text("chart_failed"), "error"));
}
