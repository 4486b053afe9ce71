/** What the one map shows: which layers lie over each other with which opacity, at which moment. The address of the page says the same. */

export interface Layer {
  name: string;
  words: string;
  path: string[];
  sign: string; // outline and glyph of its plates, empty where it has none of its own
  look: "plates" | "areas" | "network" | "sensors" | "alarms" | "plain" | "relief";
  shown: boolean;
  live: string;
  past: boolean;
  legend: [string, string][];
  search: string;
}

export interface Start {
  view: [number, number, number] | null;
  layers: [string, number][] | null;
  at: string;
  ground: string;
  most: number;
  box: [number, number, number, number] | null;
  terrain: { version: string; zoom: number; box: [number, number, number, number]; source: string } | null;
}

export interface Shown {
  name: string;
  opacity: number;
}

/** Tells "order" (layers came, went or moved), "opacity", "moment", and "full" where no further layer has room. */
export class State extends EventTarget {
  /** From the lowest to the highest. */
  shown: Shown[];
  at: string;
  view: [number, number, number] | null;
  readonly byName: Map<string, Layer>;
  /** So many layers are drawn at once. */
  readonly most: number;

  constructor(
    readonly catalogue: Layer[],
    start: Start,
  ) {
    super();
    this.byName = new Map(catalogue.map((one) => [one.name, one]));
    const usual = catalogue.filter((one) => one.shown).map((one): [string, number] => [one.name, 100]);
    this.shown = (start.layers ?? usual.sort((a, b) => rank(this.byName.get(a[0])!) - rank(this.byName.get(b[0])!))).map(
      ([name, opacity]) => ({ name, opacity }),
    );
    this.most = start.most;
    this.shown = this.shown.slice(-start.most);
    this.at = start.at;
    this.view = start.view;
  }

  has(name: string): boolean {
    return this.shown.some((one) => one.name === name);
  }

  toggle(name: string): void {
    if (this.has(name)) this.shown = this.shown.filter((one) => one.name !== name);
    else if (this.shown.length >= this.most) return void this.dispatchEvent(new Event("full"));
    else this.insert({ name, opacity: 100 });
    this.tell("order");
  }

  /** Moves a layer to a place counted from the top. */
  place(name: string, fromTop: number): void {
    const moved = this.shown.find((one) => one.name === name);
    if (!moved) return;
    const others = this.shown.filter((one) => one !== moved).reverse();
    others.splice(Math.max(0, Math.min(others.length, fromTop)), 0, moved);
    this.shown = others.reverse();
    this.tell("order");
  }

  setOpacity(name: string, opacity: number): void {
    const found = this.shown.find((one) => one.name === name);
    if (!found) return;
    found.opacity = opacity;
    this.tell("opacity");
  }

  setMoment(at: string): void {
    if (at === this.at) return;
    this.at = at;
    this.tell("moment");
  }

  setView(view: [number, number, number]): void {
    this.view = view;
    this.tell("view");
  }

  /** The parameters of the address of this view. */
  address(): URLSearchParams {
    const told = new URLSearchParams();
    if (this.view) told.set("view", `${this.view[0].toFixed(5)},${this.view[1].toFixed(5)},${this.view[2].toFixed(2)}`);
    told.set("layers", this.shown.map((one) => (one.opacity === 100 ? one.name : `${one.name}*${one.opacity}`)).join(","));
    if (this.at) told.set("at", this.at);
    return told;
  }

  /** Areas go below lines, lines below points: a new layer lies on top of its own kind. */
  private insert(layer: Shown): void {
    const own = rank(this.byName.get(layer.name)!);
    const above = this.shown.findIndex((one) => rank(this.byName.get(one.name)!) > own);
    this.shown.splice(above < 0 ? this.shown.length : above, 0, layer);
  }

  private tell(what: string): void {
    this.dispatchEvent(new Event(what));
    this.dispatchEvent(new Event("change"));
  }
}

/** The start that a kept address tells; layers that are no longer there are left out. */
export function startFrom(kept: string, start: Start, names: Set<string>): Start {
  const told = new URLSearchParams(kept);
  const view = (told.get("view") ?? "").split(",").map(Number);
  const layers = (told.get("layers") ?? "").split(",").map((part): [string, number] => {
    const [name, opacity] = part.split("*");
    return [name ?? "", Number(opacity ?? 100)];
  });
  return {
    ...start,
    view: view.length === 3 && view.every(Number.isFinite) ? [view[0]!, view[1]!, view[2]!] : start.view,
    layers: told.has("layers") ? layers.filter(([name]) => names.has(name)) : start.layers,
  };
}

function rank(layer: Layer): number {
  return { relief: -1, areas: 0, network: 1, plain: 2, sensors: 3, plates: 4, alarms: 5 }[layer.look];
}
