// The firm's page: works without a network once it was opened with one.
// <main id="firm" class="field" data-api="/api/v1/supervision/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/objects.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import { Sync } from "./field/sync";
import { View } from "./firm/view";
import { wiresOf, type Firm, type Subject } from "./firm/types";

const box = document.querySelector<HTMLElement>("#firm")!;
const sync = new Sync<Firm, Subject>(await Store.open<Subject>("tocsin-firm"), wiresOf("firm", box.dataset.api!, "firm"), () =>
  view.draw(),
);
const view = new View(box, sync);
await live(box, sync, () => view.draw());
