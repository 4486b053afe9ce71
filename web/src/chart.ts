/** A series of one sensor with its limits, going on live.
 *
 * `<div data-chart data-url="/api/v1/sensing/sensors/…/readings" data-index="12" data-unit="%LEL" data-hours="1"
 *   data-limits='[{"value": 25, "label": "三级报警 25", "level": "yellow"}]' data-mark="1764000000000"
 *   data-expected="/api/v1/sensing/sensors/…/expected"></div>`
 * `data-mark` draws a line at the moment of the alarm. Figures also stand in the page as text: a chart says nothing to a screen reader.
 */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { getJson } from "./api";
import { Band } from "./band";
import { formatTime, nowMs, timeZone } from "./clock";
import { Marks } from "./marks";
import { text } from "./texts";
import { token } from "./theme";
import type { Series } from "./types";

interface Limit {
  value: number;
  label: string;
  level: string;
}

type Columns = [number[], (number | null)[], (number | null)[], (number | null)[]];

const FONT = '11px "Noto Sans SC Variable", sans-serif';
const POINTS = 800;

export class Chart {
  private plot: uPlot | null = null;
  private columns: Columns = [[], [], [], []];
  private readonly limits: Limit[];
  private readonly index: number;
  private readonly pixels = new ResizeObserver(() => this.resize());
  private readonly band: Band;
  private readonly marks: Marks;
  private hours: number;
  private readonly redraw = (): void => this.build();

  constructor(private readonly box: HTMLElement) {
    this.band = new Band(box);
    this.marks = new Marks(box);
    this.limits = JSON.parse(box.dataset.limits ?? "[]") as Limit[];
    this.index = Number(box.dataset.index ?? -1);
    this.hours = Number(box.dataset.hours ?? 1);
    document.addEventListener("tocsin:theme", this.redraw);
    this.pixels.observe(box);
  }

  /** Reads the last hours and draws them; an empty series says so in words. */
  async load(hours = this.hours): Promise<void> {
    this.hours = hours;
    const until = Math.round(nowMs());
    const from = until - Math.round(hours * 3_600_000);
    this.loadBand(from, until);
    const series = await getJson<Series>(`${this.box.dataset.url}?from_ms=${from}&to_ms=${until}&max_points=${POINTS}`);
    this.marks.take(series.marks);
    this.columns = [series.ts.map((ts) => ts / 1000), series.value, series.min, series.max];
    await document.fonts.load(FONT, `报警限值${this.limits.map((limit) => limit.label).join("")}`);
    this.build();
  }

  /** A live reading; those of other sensors are ignored. */
  take(readings: [index: number, ts: number, value: number][]): void {
    let changed = false;
    for (const [index, ts, value] of readings) {
      if (index !== this.index || ts / 1000 <= (this.columns[0].at(-1) ?? 0)) continue;
      for (const [column, figure] of [ts / 1000, value, value, value].entries()) this.columns[column]!.push(figure);
      changed = true;
    }
    if (!changed) return;
    this.followBand();
    const oldest = nowMs() / 1000 - this.hours * 3600;
    while ((this.columns[0][0] ?? oldest) < oldest) for (const column of this.columns) column.shift();
    if (this.plot) {
      this.plot.setData(this.columns);
      this.tellReading(this.plot);
    } else this.build();
  }

  destroy(): void {
    document.removeEventListener("tocsin:theme", this.redraw);
    this.pixels.disconnect();
    this.plot?.destroy();
  }

  /** A chart that stays open goes on beyond its band: that is read anew then. */
  private followBand(): void {
    const newest = (this.columns[0].at(-1) ?? 0) * 1000;
    if (this.band.endsBefore(newest)) this.loadBand(newest - this.hours * 3_600_000, newest);
  }

  /** The line does not wait for its band. */
  private loadBand(from: number, to: number): void {
    void this.band.load(from, to).then(() => this.plot?.setData(this.columns));
  }

  private build(): void {
    this.plot?.destroy();
    this.plot = null;
    this.box.replaceChildren();
    if (!this.columns[0].length) {
      this.box.append(Object.assign(document.createElement("p"), { className: "empty", textContent: text("chart_empty") }));
      return;
    }
    this.plot = new uPlot(this.options(), this.columns, this.box);
    this.tellReading(this.plot);
  }

  private options(): uPlot.Options {
    const axis = { stroke: token("text-muted"), grid: { stroke: token("line"), width: 1 }, ticks: { show: false }, font: FONT };
    const accent = token("accent");
    return {
      width: Math.max(240, this.box.clientWidth),
      height: this.box.clientHeight || 190,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone()),
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: (plot, low, high) => this.range(low, high, plot.scales.x!) } },
      axes: [
        {
          ...axis,
          space: 70,
          values: (_, ticks) =>
            ticks.map((tick) =>
              this.hours > 30 ? formatTime(tick * 1000, "full").slice(5, 16) : formatTime(tick * 1000, "time"),
            ),
          size: 26,
        },
        { ...axis, size: 46 },
      ],
      series: [
        {},
        { stroke: accent, width: 1.7, points: { show: false }, spanGaps: false },
        { stroke: "transparent", points: { show: false } },
        { stroke: "transparent", points: { show: false } },
      ],
      bands: [{ series: [3, 2], fill: `color-mix(in srgb, ${accent} 22%, transparent)` }],
      hooks: {
        drawClear: [(plot) => this.marks.draw(plot), (plot) => this.band.draw(plot)],
        draw: [(plot) => this.drawLimits(plot)],
        setCursor: [(plot) => this.tellReading(plot)],
      },
    };
  }

  /** The range of what was measured, with the band of what was expected and the next limit above and below in sight. */
  private range(low: number, high: number, x: uPlot.Scale): [number, number] {
    const span = high - low || Math.abs(high) * 0.1 || 1;
    let [bottom, top] = this.band.widen([low - span * 0.12, high + span * 0.12], x.min ?? 0, x.max ?? Infinity);
    for (const limit of this.limits) {
      if (limit.value >= low - 4 * span && limit.value <= high + 4 * span) {
        bottom = Math.min(bottom, limit.value - span * 0.1);
        top = Math.max(top, limit.value + span * 0.15);
      }
    }
    return [low >= 0 && bottom < 0 ? 0 : bottom, top];
  }

  private drawLimits(plot: uPlot): void {
    const pen = plot.ctx;
    const { left, width, top, height } = plot.bbox;
    pen.save();
    pen.font = `${11 * devicePixelRatio}px "Noto Sans SC Variable", sans-serif`;
    pen.textAlign = "left";
    pen.textBaseline = "alphabetic";
    pen.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    pen.lineWidth = 1.2 * devicePixelRatio;
    for (const limit of this.limits) {
      const y = plot.valToPos(limit.value, "y", true);
      if (y < top || y > top + height) continue;
      line(pen, left, y, left + width, y, token(limit.level) || token("text-muted"));
      pen.fillStyle = token(`${limit.level}-text`) || token("text-muted");
      pen.fillText(limit.label, left + 6 * devicePixelRatio, y - 4 * devicePixelRatio);
    }
    const mark = Number(this.box.dataset.mark ?? 0) / 1000;
    if (mark) {
      const x = plot.valToPos(mark, "x", true);
      if (x >= left && x <= left + width) line(pen, x, top, x, top + height, token("text-muted"));
    }
    pen.restore();
  }

  /** The reading that the pointer is at, else the newest, in `.chart-reading` beside the chart. */
  private tellReading(plot: uPlot): void {
    const output = this.box.parentElement?.querySelector<HTMLElement>(".chart-reading");
    if (!output) return;
    const at = plot.cursor.idx ?? this.columns[0].length - 1;
    const value = this.columns[1][at] ?? null;
    output.textContent =
      value === null
        ? ""
        : `${formatTime(this.columns[0][at]! * 1000, "full")}  ${Number(value.toPrecision(4))} ${this.box.dataset.unit ?? ""}`;
  }

  private resize(): void {
    if (this.plot && this.box.clientWidth)
      this.plot.setSize({ width: this.box.clientWidth, height: this.box.clientHeight || 190 });
  }
}

function line(pen: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number, colour: string): void {
  pen.strokeStyle = colour;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(toX, toY);
  pen.stroke();
}
