/** The band of what was expected, drawn under the line of a chart; what it is, or why there is none, stands below the chart in words.
 *
 * Read from `data-expected="/api/v1/sensing/sensors/…/expected"` of the chart's box; the words go to `.chart-legend` beside it.
 */
import type uPlot from "uplot";
import { getJson } from "./api";
import { text } from "./texts";
import { token } from "./theme";
import type { ExpectedSeries } from "./types";

const NOTHING: ExpectedSeries = { ts: [], low: [], high: [], knowledge: "known" };
const AHEAD_MS = 3_600_000;
const AGAIN_MS = 4000; // a server that has just started reads its machine code first

export class Band {
  private expected = NOTHING;
  private until = 0;
  private asked = 0;

  constructor(private readonly box: HTMLElement) {}

  /** Reads the band between two times (milliseconds) and an hour on; where it can't be read the chart stays without one and says so. */
  async load(from: number, to: number): Promise<void> {
    const url = this.box.dataset.expected;
    if (!url) return;
    this.until = to + AHEAD_MS;
    const asked = ++this.asked;
    const expected = await getJson<ExpectedSeries>(`${url}?from_ms=${from}&to_ms=${this.until}`).catch(() => null);
    if (asked !== this.asked) return; // another span was asked for meanwhile
    this.expected = expected ?? NOTHING;
    this.tell(expected?.knowledge ?? "failed");
    if (expected?.knowledge !== "preparing" || !this.box.isConnected) return;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
    if (asked === this.asked) await this.load(from, to);
  }

  /** Whether a reading of this time (milliseconds) lies beyond what was read. */
  endsBefore(time: number): boolean {
    return this.until > 0 && time > this.until;
  }

  /** The range widened so that the band is in sight, unless it lies far from what was measured. */
  widen(range: [number, number], from: number, to: number): [number, number] {
    const span = range[1] - range[0];
    let [bottom, top] = range;
    for (const [at, ts] of this.expected.ts.entries()) {
      const low = this.expected.low[at];
      const high = this.expected.high[at];
      if (low == null || high == null || ts / 1000 < from || ts / 1000 > to) continue;
      if (low > range[0] - 2 * span) bottom = Math.min(bottom, low);
      if (high < range[1] + 2 * span) top = Math.max(top, high);
    }
    return [bottom, top];
  }

  /** Fills the band inside the plot; hours of which nothing was known stay empty. */
  draw(plot: uPlot): void {
    const { ts, low, high } = this.expected;
    const { left, top, width, height } = plot.bbox;
    const pen = plot.ctx;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    pen.fillStyle = `color-mix(in srgb, ${token("text-muted")} 20%, transparent)`;
    for (let start = 0; start < ts.length; start++) {
      if (low[start] == null) continue;
      let end = start;
      while (end + 1 < ts.length && low[end + 1] != null) end++;
      pen.beginPath();
      for (let at = start; at <= end; at++)
        pen.lineTo(plot.valToPos(ts[at]! / 1000, "x", true), plot.valToPos(high[at]!, "y", true));
      for (let at = end; at >= start; at--)
        pen.lineTo(plot.valToPos(ts[at]! / 1000, "x", true), plot.valToPos(low[at]!, "y", true));
      pen.fill();
      start = end;
    }
    pen.restore();
  }

  private tell(what: ExpectedSeries["knowledge"] | "failed"): void {
    const legend = this.box.parentElement?.querySelector<HTMLElement>(".chart-legend");
    if (!legend) return;
    legend.textContent = text(`expected_${what}`);
    legend.classList.toggle("band", what === "known");
  }
}
