// The inspector's page: works without a network. <main id="inspector" class="field" data-api="/api/v1/supervision/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import { Sync } from "./field/sync";
import { wiresOf, type Subject } from "./firm/types";
import type { Inspector } from "./inspector/types";
import { View } from "./inspector/view";

const box = document.querySelector<HTMLElement>("#inspector")!;
const sync = new Sync<Inspector, Subject>(
  await Store.open<Subject>("tocsin-inspector"),
  wiresOf("inspector", box.dataset.api!, "inspections/phone"),
  () => view.draw(),
);
const view = new View(box, sync);
await live(box, sync, () => view.draw());
