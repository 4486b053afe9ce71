/** What the signs on the map mean, of the layers that are on it: the same words as on paper.
 *
 * <details data-legend><summary>Legend</summary><ul></ul></details>
 */
import { shapeSample } from "../map/shapes";
import { text } from "../texts";
import { kindSample, swatchOf } from "./looks";
import type { Layer, State } from "./state";

const NAMED = 3; // layers of a sign, the others are counted
const LEVELS = ["red", "orange", "yellow", "blue"];

interface Entry {
  words: string;
  sample: () => HTMLElement;
  layers: string[];
}

export class Legend {
  private readonly list: HTMLElement;

  constructor(
    box: HTMLDetailsElement,
    private readonly state: State,
  ) {
    this.list = box.querySelector("ul")!;
    box.open = window.innerWidth > 900;
    state.addEventListener("order", () => this.draw());
    document.addEventListener("tocsin:theme", () => this.draw());
    this.draw();
  }

  private draw(): void {
    const layers = [...this.state.shown].reverse().map((one) => this.state.byName.get(one.name)!);
    const rows = [...entriesOf(layers).values()].map((entry) => row(entry));
    if (layers.some((one) => one.look !== "network" && one.look !== "relief"))
      rows.push(row({ words: text("map_close_together"), sample: cluster, layers: [] }));
    this.list.replaceChildren(...rows);
  }
}

/** The signs of these layers, each once, with the layers that have it. */
export function entriesOf(layers: Layer[]): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const signs = new Map<string, Entry>(); // what a thing is stands above how serious it is
  for (const layer of layers)
    for (const [key, words] of layer.legend) {
      const sign = key.startsWith("sign-");
      const id = key === "own" ? `own:${layer.name}` : layer.look === "areas" ? `area:${key}` : key;
      const into = sign ? signs : entries;
      const entry = into.get(id) ?? { words, sample: () => sampleOf(layer, key), layers: [] };
      if (LEVELS.includes(key) || key === "good" || key === "unknown") entry.layers.push(layer.words);
      into.set(id, entry);
    }
  return new Map([...signs, ...entries]);
}

function row({ words, sample, layers }: Entry): HTMLElement {
  const told = document.createElement("span");
  told.append(words);
  if (layers.length)
    told.append(Object.assign(document.createElement("small"), { textContent: few(layers), title: listed(layers) }));
  const row = document.createElement("li");
  row.append(sample(), told);
  return row;
}

function listed(names: string[]): string {
  return names.join(document.documentElement.lang.startsWith("zh") ? "、" : ", ");
}

function few(layers: string[]): string {
  const more = layers.length - NAMED;
  if (more <= 1) return listed(layers);
  return `${listed(layers.slice(0, NAMED))} ${text("map_more_layers", { count: more })}`;
}

function sampleOf(layer: Layer, key: string): HTMLElement {
  if (key === "own") return swatchOf(layer);
  if (key.startsWith("sign-")) return shapeSample(key);
  if (layer.look === "network") return kindSample(key);
  if (layer.look === "areas") {
    const area = Object.assign(document.createElement("span"), { className: "swatch areas" });
    area.style.setProperty("--own", `var(--${key})`);
    return area;
  }
  return shapeSample(LEVELS.includes(key) ? `level-${key}` : key.startsWith("sensor-") ? key : `plate-${key}`);
}

function cluster(): HTMLElement {
  return Object.assign(document.createElement("span"), { className: "swatch cluster", textContent: "12" });
}
