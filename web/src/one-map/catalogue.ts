/** The panel of layers: what is on the map in its order (drag, or Alt with the arrow keys), and everything that there is, under headings, to be searched. */
import { announce } from "../forms";
import { text } from "../texts";
import { colourOf, swatchOf } from "./looks";
import type { Layer, State } from "./state";

export class Catalogue {
  private readonly list: HTMLOListElement;
  private readonly tree: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly announcer: HTMLElement;
  private readonly closed = new Set<string>();
  private dragged: string | null = null;

  constructor(
    panel: HTMLElement,
    private readonly state: State,
  ) {
    this.list = panel.querySelector("[data-shown]")!;
    this.tree = panel.querySelector("[data-tree]")!;
    this.search = panel.querySelector("[data-search]")!;
    this.announcer = panel.querySelector("[data-announcer]")!;
    this.search.addEventListener("input", () => this.drawTree());
    this.tree.addEventListener("change", (event) => state.toggle((event.target as HTMLInputElement).value));
    this.tree.addEventListener("toggle", (event) => this.remember(event.target as HTMLDetailsElement), true);
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.bindDrag();
    state.addEventListener("order", () => this.draw());
    state.addEventListener("full", () => {
      this.drawTree(); // the box that was ticked is empty again
      announce(text("map_full", { most: state.most }), "warning");
    });
    state.addEventListener("moment", () => this.draw());
    this.draw();
  }

  private draw(): void {
    this.drawList();
    this.drawTree();
  }

  private drawList(): void {
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-layer]")?.dataset.layer;
    const control = (document.activeElement as HTMLElement | null)?.dataset.control;
    const rows = [...this.state.shown].reverse().map((one) => this.row(this.state.byName.get(one.name)!, one.opacity));
    if (!rows.length)
      rows.push(Object.assign(document.createElement("li"), { className: "empty", textContent: text("map_nothing") }));
    this.list.replaceChildren(...rows);
    if (!focused) return;
    const row = this.list.querySelector<HTMLElement>(`[data-layer="${CSS.escape(focused)}"]`);
    (row?.querySelector<HTMLElement>(`[data-control="${control}"]`) ?? row)?.focus();
  }

  private row(layer: Layer, opacity: number): HTMLLIElement {
    const row = document.createElement("li");
    row.dataset.layer = layer.name;
    row.tabIndex = 0;
    row.draggable = true;
    const grip = Object.assign(document.createElement("span"), { className: "grip" });
    grip.setAttribute("aria-hidden", "true");
    const words = Object.assign(document.createElement("span"), { className: "words", textContent: layer.words });
    if (this.state.at && !layer.past)
      words.append(Object.assign(document.createElement("small"), { textContent: text("map_not_past") }));
    const slider = Object.assign(document.createElement("input"), { type: "range", min: "10", max: "100", step: "5" });
    slider.value = String(opacity);
    slider.dataset.control = "opacity";
    slider.setAttribute("aria-label", text("map_opacity", { layer: layer.words }));
    slider.title = text("map_opacity", { layer: layer.words });
    slider.addEventListener("input", () => this.state.setOpacity(layer.name, Number(slider.value)));
    const away = Object.assign(document.createElement("button"), { type: "button", className: "away", textContent: "×" });
    away.dataset.control = "away";
    away.setAttribute("aria-label", text("map_hide", { layer: layer.words }));
    away.addEventListener("click", () => this.state.toggle(layer.name));
    row.append(grip, swatchOf(layer), words, slider, away);
    if (this.state.at && !layer.past) row.classList.add("silent");
    return row;
  }

  private onKey(event: KeyboardEvent): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-layer]");
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.move(row.dataset.layer!, event.key === "ArrowUp" ? -1 : 1);
  }

  private move(name: string, by: number): void {
    const place = [...this.state.shown].reverse().findIndex((one) => one.name === name) + by;
    this.state.place(name, place);
    const layer = this.state.byName.get(name)!.words;
    const now = [...this.state.shown].reverse().findIndex((one) => one.name === name) + 1;
    this.announcer.textContent = text("map_moved", { layer, place: now, count: this.state.shown.length });
  }

  private bindDrag(): void {
    this.list.addEventListener("dragstart", (event) => {
      const row = (event.target as HTMLElement).closest<HTMLElement>("[data-layer]");
      if (!row || (document.activeElement as HTMLElement | null)?.dataset.control === "opacity") return event.preventDefault();
      this.dragged = row.dataset.layer!;
      event.dataTransfer!.effectAllowed = "move";
      row.classList.add("dragged");
    });
    this.list.addEventListener("dragover", (event) => {
      if (this.dragged === null) return;
      event.preventDefault();
      for (const one of this.list.children) one.classList.toggle("here", one === this.rowAt(event.clientY));
    });
    this.list.addEventListener("drop", (event) => {
      event.preventDefault();
      const target = this.rowAt(event.clientY);
      if (this.dragged !== null && target) this.state.place(this.dragged, [...this.list.children].indexOf(target));
    });
    this.list.addEventListener("dragend", () => {
      this.dragged = null;
      for (const one of this.list.children) one.classList.remove("here", "dragged");
    });
  }

  private rowAt(y: number): Element | undefined {
    return [...this.list.children].find((one) => y < one.getBoundingClientRect().bottom);
  }

  private drawTree(): void {
    const wanted = this.search.value.trim().toLowerCase();
    const found = this.state.catalogue.filter((one) => matches(one, wanted));
    if (!found.length) {
      this.tree.replaceChildren(
        Object.assign(document.createElement("p"), { className: "empty", textContent: text("map_none") }),
      );
      return;
    }
    this.tree.replaceChildren(...this.branches(found, 0, "", wanted !== ""));
  }

  /** Headings within headings, then the layers below them. */
  private branches(layers: Layer[], depth: number, above: string, open: boolean): HTMLElement[] {
    const headings = new Map<string, Layer[]>();
    const leaves: HTMLElement[] = [];
    for (const layer of layers) {
      const heading = layer.path[depth];
      if (heading === undefined) leaves.push(this.leaf(layer));
      else headings.set(heading, [...(headings.get(heading) ?? []), layer]);
    }
    const branches = [...headings].map(([heading, inside]) => {
      const branch = document.createElement("details");
      const key = `${above}/${heading}`;
      branch.dataset.key = key;
      branch.open = open || (depth === 0 && inside.length <= 12 ? !this.closed.has(key) : this.closed.has(`+${key}`));
      const summary = document.createElement("summary");
      const count = Object.assign(document.createElement("span"), { className: "muted number" });
      count.textContent = String(inside.length);
      summary.append(heading, count);
      branch.append(summary, ...this.branches(inside, depth + 1, key, open));
      return branch;
    });
    return [...branches, ...leaves];
  }

  private remember(branch: HTMLDetailsElement): void {
    const key = branch.dataset.key!;
    for (const one of [key, `+${key}`]) this.closed.delete(one);
    this.closed.add(branch.open ? `+${key}` : key);
  }

  private leaf(layer: Layer): HTMLElement {
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: layer.name });
    box.checked = this.state.has(layer.name);
    label.append(box, swatchOf(layer), Object.assign(document.createElement("span"), { textContent: layer.words }));
    if (layer.look === "plain") label.style.setProperty("--own", colourOf(layer.name));
    return label;
  }
}

/** In the words, the way they are said, or the first letters of that. */
export function matches(layer: Pick<Layer, "words" | "search" | "path">, wanted: string): boolean {
  if (!wanted) return true;
  const told = `${layer.words} ${layer.path.join(" ")}`.toLowerCase();
  return wanted.split(/\s+/).every((part) => told.includes(part) || layer.search.includes(part));
}
