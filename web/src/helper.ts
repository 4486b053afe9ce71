// The volunteer's page: works without a network once it was opened with one. <main id="helper" data-api="/api/v1/mobilisation/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import type { Queued } from "./helper/store";
import { Sync } from "./helper/sync";
import { View } from "./helper/view";

const box = document.querySelector<HTMLElement>("#helper")!;
const sync = new Sync(await Store.open<Queued>("tocsin-helper"), box.dataset.api!, () => view.draw());
const view = new View(box, sync);
await live(box, sync, () => view.draw());
