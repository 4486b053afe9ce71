// The one map: every layer that the reader may see, in the reader's order, at the reader's moment.
import { announce } from "./forms";
import { Live } from "./live";
import { Canvas } from "./one-map/canvas";
import { Catalogue } from "./one-map/catalogue";
import { Connection } from "./one-map/connection";
import { Legend } from "./one-map/legend";
import { Moment } from "./one-map/moment";
import { Results } from "./one-map/results";
import { startFrom, State, type Layer, type Start } from "./one-map/state";
import { Tools } from "./one-map/tools";
import { text } from "./texts";
import "uplot/dist/uPlot.min.css"; // of the profile, which is loaded when it is wanted
// After the map's own style sheet, which these override.
import "./styles/one-map.css";

const SETTLE_MS = 1500; // after an event: many come together
const page = document.querySelector<HTMLElement>("#one-map")!;
const catalogue = read<Layer[]>("map-catalogue");
const keptAs = `tocsin-map-${page.dataset.person ?? ""}`;
const begin = beginning();
const state = new State(catalogue, begin);

/** What the address says, else what this person had on the map last. */
function beginning(): Start {
  const told = read<Start>("map-start");
  const kept = location.search ? null : localStorage.getItem(keptAs);
  return kept === null ? told : startFrom(kept, told, new Set(catalogue.map((one) => one.name)));
}

function read<T>(id: string): T {
  return JSON.parse(document.getElementById(id)!.textContent!) as T;
}

function listen(canvas: Canvas): void {
  const url = page.dataset.liveUrl;
  if (!url) return;
  const live = new Live(url);
  const waiting = new Set<string>();
  const take = (event: string): void => {
    if (state.at || waiting.has(event)) return;
    waiting.add(event);
    setTimeout(() => {
      waiting.delete(event);
      canvas.renew(state.shown.map((one) => one.name).filter((name) => state.byName.get(name)!.live === event));
    }, SETTLE_MS);
  };
  for (const event of new Set(state.catalogue.map((one) => one.live))) if (event) live.on(event as never, () => take(event));
}

function bindPanel(): void {
  const panel = page.querySelector<HTMLElement>(".map-panel")!;
  page.querySelector("[data-panel-handle]")!.addEventListener("click", () => panel.classList.toggle("down"));
  const print = page.querySelector<HTMLAnchorElement>("[data-print]")!;
  const sheet = print.href;
  print.addEventListener("click", () => {
    const told = state.address();
    told.set("size", `${page.clientWidth}x${page.clientHeight}`);
    print.href = `${sheet}?${told.toString()}`;
  });
  page.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<{ elt: HTMLElement; parameters: Record<string, string> }>).detail;
    if (elt.closest("[data-saved]")) parameters.address = state.address().toString(); // what is kept is what is seen
  });
  page.querySelector("[data-share]")!.addEventListener("click", () => void share());
}

function bindTools(canvas: Canvas): void {
  const metres = page.querySelector<HTMLInputElement>("[data-metres]")!;
  const unit = page.querySelector<HTMLSelectElement>("[data-unit]")!;
  const results = new Results(
    page.querySelector<HTMLElement>("[data-results]")!,
    state,
    (geometry) => tools.show(geometry),
    () => tools.clear(),
  );
  const tools: Tools = new Tools(
    page.querySelector<HTMLElement>(".map-tools")!,
    canvas,
    (shape) => void results.choose(shape),
    () => Number(metres.value) || 100,
    () => results.hide(),
  );
  canvas.chooseAlong = (layer, key) => void results.choose({ kind: "along", layer, key, metres: Number(metres.value) || 100 });
  unit.addEventListener("change", () => {
    if (unit.value) void results.choose({ kind: "unit", code: unit.value });
    unit.value = "";
  });
}

async function share(): Promise<void> {
  const address = new URL(location.href);
  address.search = state.address().toString();
  await navigator.clipboard.writeText(address.href).then(
    () => announce(text("map_copied"), "success"),
    () => window.prompt(text("map_copied"), address.href),
  );
}

let writing = 0;
state.addEventListener("change", () => {
  clearTimeout(writing);
  writing = window.setTimeout(() => {
    const told = state.address().toString();
    history.replaceState(null, "", `?${told}`);
    localStorage.setItem(keptAs, told);
  }, 250);
});

async function start(): Promise<void> {
  new Catalogue(page.querySelector<HTMLElement>(".map-panel")!, state);
  new Legend(page.querySelector<HTMLDetailsElement>("[data-legend]")!, state);
  new Moment(page.querySelector<HTMLElement>(".moment-bar")!, state);
  bindPanel();
  const canvas = await Canvas.create(page.querySelector<HTMLElement>("#map")!, state, begin);
  const connection = new Connection(page.querySelector<HTMLElement>("[data-offline]")!, canvas);
  canvas.map.on("error", ({ error }) => connection.explains(error) || announce(text("map_failed"), "warning"));
  listen(canvas);
  bindTools(canvas);
  canvas.map.once("idle", () => (page.dataset.ready = "true"));
}

start().catch((error: unknown) => {
  announce(text("map_failed"), "error");
  throw error;
});
