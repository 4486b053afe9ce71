/** Spans of a chart whose readings are suspect, bad or replaced: shaded from top to bottom, and told in words below the chart. */
import type uPlot from "uplot";
import { text } from "./texts";
import { token } from "./theme";
import type { Series } from "./types";

type Mark = Series["marks"][number];

const WORDS = ["good", "suspect", "bad", "replaced"] as const;
const COLOURS = ["", "yellow", "red", "accent"] as const;

export class Marks {
  private marks: Mark[] = [];

  constructor(private readonly box: HTMLElement) {}

  /** Takes the marks of what is shown. */
  take(marks: Mark[] | undefined): void {
    this.marks = (marks ?? []).filter((mark) => mark.quality > 0);
    const told = [...new Set(this.marks.map((mark) => text(`marked_${WORDS[mark.quality] ?? "bad"}`)))];
    let line = this.box.parentElement?.querySelector<HTMLElement>(".chart-marks");
    if (!line && told.length) {
      line = Object.assign(document.createElement("p"), { className: "chart-marks muted" });
      this.box.after(line);
    }
    if (line) line.textContent = told.join(" · ");
  }

  /** Shades them inside the plot. */
  draw(plot: uPlot): void {
    const { left, top, width, height } = plot.bbox;
    const pen = plot.ctx;
    pen.save();
    for (const mark of this.marks) {
      const from = Math.max(left, plot.valToPos(mark.from_ms / 1000, "x", true));
      const to = mark.to_ms === null ? left + width : Math.min(left + width, plot.valToPos(mark.to_ms / 1000, "x", true));
      if (to <= from) continue;
      pen.fillStyle = `color-mix(in srgb, ${token(COLOURS[mark.quality] ?? "red")} 16%, transparent)`;
      pen.fillRect(from, top, Math.max(to - from, 2 * devicePixelRatio), height);
    }
    pen.restore();
  }
}
