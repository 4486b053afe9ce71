// The page of whoever knocks on doors: works without a network once it was opened with one. <main id="knocker" data-api="/api/v1/mobilisation/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import type { Queued } from "./knocker/store";
import { Sync } from "./knocker/sync";
import { View } from "./knocker/view";

const box = document.querySelector<HTMLElement>("#knocker")!;
const sync = new Sync(await Store.open<Queued>("tocsin-knocker"), box.dataset.api!, () => view.draw());
const view = new View(box, sync);
await live(box, sync, () => view.draw());
