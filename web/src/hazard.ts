// The page on which anybody reports a hazard: works without a network once it was opened with one.
// <main id="hazard" class="field" data-worker="…"> and <script type="application/json" id="setup">
import "@fontsource-variable/noto-sans-sc/index.css";
import "maplibre-gl/dist/maplibre-gl.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import "./styles/hazard.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import { Draft } from "./hazard/form";
import { Place } from "./hazard/place";
import { Refused, Reports } from "./hazard/sync";
import type { Entry, Setup } from "./hazard/types";
import { text } from "./texts";
import { View } from "./hazard/view";

const box = document.querySelector<HTMLElement>("#hazard")!;
const setup = JSON.parse(document.querySelector("#setup")!.textContent!) as Setup;
const store = await Store.open<Entry>("tocsin-hazard");
const reports = new Reports(store, setup, () => view.draw());
const draft = new Draft(store, () => view.draw());
const view = new View(box, reports, setup, draft, new Place(draft, setup));
await draft.load(new URLSearchParams(location.search).get("code") ?? "");
await openedByApp();
await live(box, reports, () => view.draw());

/** `#app=…`: a government app says who this is. The words leave the address at once; without their proof the page is for everybody. */
async function openedByApp(): Promise<void> {
  const signed = /^#app=([\w.-]+)$/.exec(location.hash)?.[1];
  if (!signed) return;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    draft.open(await reports.launch(signed));
  } catch (error) {
    draft.note = error instanceof Refused ? error.message : text("mode_app_offline");
  }
}
