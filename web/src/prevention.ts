// The page of those who check measures: works without a network once it was opened with one. <main id="prevention" data-api="/api/v1/hazchem/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import { Sync, type Queued } from "./prevention/sync";
import { View } from "./prevention/view";

const box = document.querySelector<HTMLElement>("#prevention")!;
const sync = new Sync(await Store.open<Queued>("tocsin-prevention"), box.dataset.api!, () => view.draw());
const view = new View(box, sync);
await live(box, sync, () => view.draw());
