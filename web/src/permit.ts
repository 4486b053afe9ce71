// The page of those who work under a permit: works without a network once it was opened with one. <main id="permit" data-api="/api/v1/hazchem/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import type { Queued } from "./permit/store";
import { Sync } from "./permit/sync";
import { View } from "./permit/view";

const box = document.querySelector<HTMLElement>("#permit")!;
const sync = new Sync(await Store.open<Queued>("tocsin-permit"), box.dataset.api!, () => view.draw());
const view = new View(box, sync);
await live(box, sync, () => view.draw());
