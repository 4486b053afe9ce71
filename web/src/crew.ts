// The crew's page: works without a network once it was opened with one. <main id="crew" data-api="/api/v1/command/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import type { Queued } from "./crew/store";
import { Sync } from "./crew/sync";
import { View } from "./crew/view";
import { live } from "./field/shell";
import { Store } from "./field/store";

const box = document.querySelector<HTMLElement>("#crew")!;
const sync = new Sync(await Store.open<Queued>("tocsin-crew"), box.dataset.api!, () => {
  view.draw();
  void sync.drawMaps();
});
const view = new View(box, sync);
await live(box, sync, () => view.draw());
