// The page of store keepers: works without a network once it was opened with one. <main id="keeper" data-api="/api/v1/supplies/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { live } from "./field/shell";
import { Store } from "./field/store";
import { Sync } from "./field/sync";
import { wiresOf, type Keeper, type Queued } from "./keeper/types";
import { View } from "./keeper/view";

const box = document.querySelector<HTMLElement>("#keeper")!;
const sync = new Sync<Keeper, Queued>(await Store.open<Queued>("tocsin-keeper"), wiresOf(box.dataset.api!), () => view.draw());
const view = new View(box, sync);
await live(box, sync, () => view.draw());
