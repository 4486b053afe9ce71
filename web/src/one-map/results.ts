/** What lies in the shape: how many by layer, people, and the rows of one layer as a table to sort, turn over and keep. */
import type { Geometry } from "geojson";
import { announce, csrfToken } from "../forms";
import { text } from "../texts";
import type { State } from "./state";
import type { Shape } from "./tools";

interface Counts {
  geometry: Geometry;
  area_km2: number;
  counts: { name: string; words: string; count: number }[];
  exposed?: { sentence: string; reckoning: string[]; to_tell: string[]; tell_page: string } | null;
}
interface Rows {
  columns: Record<string, string>;
  rows: Record<string, unknown>[];
  urls: string[];
  total: number;
  pages: number;
}

export class Results {
  private shape: Shape | null = null;
  private layer = "";
  private sort = "";
  private loads = 0;
  private page = 1;
  private counts: Counts | null = null;

  constructor(
    private readonly panel: HTMLElement,
    private readonly state: State,
    private readonly show: (geometry: Geometry) => void,
    close: () => void,
  ) {
    panel.querySelector("[data-close]")!.addEventListener("click", close);
    panel.querySelector("[data-export]")!.addEventListener("click", () => this.keep());
    panel.querySelector("[data-before]")!.addEventListener("click", () => this.turn(-1));
    panel.querySelector("[data-after]")!.addEventListener("click", () => this.turn(1));
    for (const event of ["order", "moment"]) state.addEventListener(event, () => this.shape && void this.choose(this.shape));
  }

  async choose(shape: Shape): Promise<void> {
    this.shape = shape;
    const told = await this.ask<Counts>("/map/select/", {});
    if (!told) return;
    this.counts = told;
    this.panel.hidden = false;
    this.show(told.geometry);
    if (!told.counts.some((one) => one.name === this.layer && one.count))
      this.layer = told.counts.find((one) => one.count > 0)?.name ?? "";
    this.page = 1;
    this.sort = "";
    this.drawCounts();
    await this.load();
  }

  hide(): void {
    this.shape = this.counts = null;
    this.panel.hidden = true;
  }

  private drawCounts(): void {
    const { area_km2, counts, exposed } = this.counts!;
    const total = counts.reduce((sum, one) => sum + one.count, 0);
    this.panel.querySelector("[data-summary]")!.textContent = text("map_chosen", { count: total, area: area_km2 });
    const people = this.panel.querySelector<HTMLElement>("[data-people]")!;
    people.hidden = !exposed;
    people.textContent = exposed?.sentence ?? "";
    people.title = exposed?.reckoning.join("\n") ?? "";
    const tell = this.panel.querySelector<HTMLAnchorElement>("[data-tell]")!;
    tell.hidden = !exposed?.tell_page;
    tell.href = exposed?.tell_page ?? "";
    tell.querySelector("span")!.textContent = text("map_tell", { count: exposed?.to_tell.length ?? 0 });
    const tabs = counts.map((one) => {
      const tab = document.createElement("button");
      tab.type = "button";
      tab.setAttribute("aria-pressed", String(one.name === this.layer));
      tab.disabled = !one.count;
      tab.append(one.words, Object.assign(document.createElement("b"), { textContent: one.count.toLocaleString("en") }));
      tab.addEventListener("click", () => {
        this.layer = one.name;
        this.page = 1;
        this.sort = "";
        this.drawCounts();
        void this.load();
      });
      return tab;
    });
    this.panel.querySelector("[data-counts]")!.replaceChildren(...tabs);
  }

  private async load(): Promise<void> {
    const box = this.panel.querySelector<HTMLElement>("[data-table]")!;
    const foot = this.panel.querySelector<HTMLElement>("[data-foot]")!;
    foot.hidden = !this.layer;
    if (!this.layer) return box.replaceChildren();
    const asked = ++this.loads;
    const told = await this.ask<Rows>("/map/select/rows/", { layer: this.layer, sort: this.sort, page: this.page });
    if (!told || asked !== this.loads) return; // two quick presses: the first answer may come last
    box.replaceChildren(this.table(told));
    this.panel.querySelector("[data-place]")!.textContent = text("map_page", {
      page: this.page,
      pages: told.pages,
      total: told.total,
    });
    this.panel.querySelector<HTMLButtonElement>("[data-before]")!.disabled = this.page <= 1;
    this.panel.querySelector<HTMLButtonElement>("[data-after]")!.disabled = this.page >= told.pages;
  }

  private table(told: Rows): HTMLTableElement {
    const table = Object.assign(document.createElement("table"), { className: "table" });
    const head = table.createTHead().insertRow();
    for (const [key, words] of Object.entries(told.columns)) {
      const cell = document.createElement("th");
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
      const order = this.sort === key ? "ascending" : this.sort === `-${key}` ? "descending" : "none";
      cell.setAttribute("aria-sort", order);
      button.addEventListener("click", () => {
        this.sort = this.sort === key ? `-${key}` : key;
        this.page = 1;
        void this.load();
      });
      cell.append(button);
      head.append(cell);
    }
    const body = table.createTBody();
    for (const [index, row] of told.rows.entries()) {
      const line = body.insertRow();
      for (const key of Object.keys(told.columns)) {
        const cell = line.insertCell();
        const words = String(row[key] ?? "");
        const url = told.urls[index];
        if (key === "name" && url) cell.append(Object.assign(document.createElement("a"), { href: url, textContent: words }));
        else cell.textContent = words;
        if (typeof row[key] === "number") cell.className = "number";
      }
    }
    return table;
  }

  private turn(by: number): void {
    this.page += by;
    void this.load();
  }

  /** The rows of the layer as a file, by a form: a browser keeps what a form answers with. */
  private keep(): void {
    const form = this.panel.querySelector<HTMLFormElement>("[data-export-form]")!;
    form.querySelector<HTMLInputElement>("[name=question]")!.value = this.question({ layer: this.layer, sort: this.sort });
    form.submit();
  }

  private question(more: object): string {
    return JSON.stringify({ shape: this.shape, layers: this.state.shown.map((one) => one.name), at: this.state.at, ...more });
  }

  private async ask<T>(url: string, more: object): Promise<T | null> {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
    const answer = await fetch(url, { method: "POST", headers, body: this.question(more) });
    if (answer.ok) return (await answer.json()) as T;
    const why = await answer.json().then(
      (told: { detail?: string }) => told.detail,
      () => undefined,
    );
    announce(why ?? text("map_failed"), "error");
    return null;
  }
}
