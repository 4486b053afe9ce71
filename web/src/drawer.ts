/** The drawer: one alarm, fetched as a fragment from its own address, kept fresh part by part.
 *
 * `<aside id="drawer" hidden>`; the fragment's sections carry `data-part="name"`. A fresh copy replaces the sections that changed,
 * but never the chart nor one in which somebody is writing or has begun to.
 */
import { drawCauses } from "./causes";
import { Chart } from "./chart";
import { elapsed } from "./clock";
import { announce } from "./forms";
import { released } from "./pressed";
import { text } from "./texts";

declare const htmx: { process(element: Element): void };

export class Drawer {
  readonly element = document.querySelector<HTMLElement>("#drawer")!;
  alarmId: string | null = null;
  private chart: Chart | null = null;
  private asking = 0;

  constructor(private readonly onChange: (id: string | null) => void) {
    this.element.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-close-drawer]")) this.close();
    });
    this.element.addEventListener("input", (event) => (event.target as Element).closest("form")?.setAttribute("data-begun", ""));
    this.element.addEventListener("htmx:afterSwap", (event) => event.target === this.element && this.wake());
    this.element.addEventListener("toggle", () => this.drawGraph(), { capture: true });
    window.addEventListener("popstate", () => {
      const id = alarmInAddress();
      if (id) void this.open(id, { push: false });
      else this.close({ push: false });
    });
    setInterval(() => this.tick(), 1000);
  }

  /** What the page came with: its address may name an alarm. */
  adopt(): void {
    this.alarmId = alarmInAddress();
    if (this.alarmId) this.wake();
    this.onChange(this.alarmId);
  }

  async open(id: string, { push = true } = {}): Promise<void> {
    const ticket = ++this.asking;
    const fragment = await this.fetch(id);
    if (ticket !== this.asking || fragment === null) return;
    this.alarmId = id;
    this.element.innerHTML = fragment;
    this.element.hidden = false;
    this.element.scrollTop = 0;
    htmx.process(this.element);
    this.wake();
    if (push) history.pushState({}, "", `/alarms/${id}/`);
    this.onChange(id);
  }

  close({ push = true } = {}): void {
    if (!this.alarmId) return;
    this.asking++;
    this.alarmId = null;
    this.element.hidden = true;
    this.chart?.destroy();
    this.chart = null;
    this.element.replaceChildren();
    if (push) history.pushState({}, "", "/");
    this.onChange(null);
  }

  /** Fetches the open alarm again and exchanges the parts that differ. */
  async refresh(): Promise<void> {
    const id = this.alarmId;
    if (!id) return;
    const fragment = await this.fetch(id);
    if (fragment === null) return;
    await released();
    if (this.alarmId !== id) return;
    const fresh = new DOMParser().parseFromString(fragment, "text/html");
    for (const part of this.element.querySelectorAll<HTMLElement>("[data-part]")) {
      const replacement = fresh.querySelector<HTMLElement>(`[data-part="${part.dataset.part}"]`);
      const writing = part.contains(document.activeElement) && document.activeElement?.matches("input, select, textarea");
      const busy = writing || part.querySelector("form[data-begun]") !== null;
      if (!replacement || busy || part.dataset.part === "chart" || replacement.outerHTML === part.dataset.seen) continue;
      const seen = replacement.outerHTML;
      for (const details of part.querySelectorAll<HTMLDetailsElement>("details[id]")) {
        replacement.querySelector<HTMLDetailsElement>(`details[id="${details.id}"]`)?.toggleAttribute("open", details.open);
      }
      part.replaceWith(replacement);
      replacement.dataset.seen = seen;
      htmx.process(replacement);
    }
    this.drawGraph();
  }

  takeReadings(readings: [number, number, number][]): void {
    this.chart?.take(readings);
  }

  /** Presses the button with that data-key, as its key does; opens what it belongs to. */
  press(key: string): void {
    const button = this.element.querySelector<HTMLElement>(`[data-key="${key}"]:not(:disabled)`);
    button?.click();
  }

  private async fetch(id: string): Promise<string | null> {
    try {
      const response = await fetch(`/alarms/${id}/`, { headers: { "HX-Request": "true" } });
      if (response.ok) return await response.text();
      announce(response.status === 404 ? text("alarm_gone") : text("failed"), "error");
    } catch {
      announce(text("failed"), "error");
    }
    return null;
  }

  private wake(): void {
    this.chart?.destroy();
    this.chart = null;
    const box = this.element.querySelector<HTMLElement>("[data-chart]");
    if (box) {
      this.chart = new Chart(box);
      this.chart.load().catch(() => announce(text("chart_failed"), "error"));
    }
    this.drawGraph();
    this.tick();
  }

  private drawGraph(): void {
    const graph = this.element.querySelector<HTMLElement>("[data-cause-graph]");
    if (graph?.clientWidth && !graph.firstElementChild) drawCauses(graph);
  }

  private tick(): void {
    for (const clock of this.element.querySelectorAll<HTMLElement>("[data-since]")) {
      clock.textContent = elapsed(Number(clock.dataset.since));
    }
  }
}

export function alarmInAddress(): string | null {
  return /^\/alarms\/([0-9a-f-]{36})\/$/.exec(location.pathname)?.[1] ?? null;
}
