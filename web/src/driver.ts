// The driver's page: works without a network once a paper's code was opened with one. <main id="driver" data-api="/supplies/way/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { Sync, tokenOf, type Queued } from "./driver/sync";
import { View } from "./driver/view";
import { live } from "./field/shell";
import { Store } from "./field/store";

const box = document.querySelector<HTMLElement>("#driver")!;
const store = await Store.open<Queued>("tocsin-driver");
const sync = new Sync(store, box.dataset.api!, () => view.draw());
const view = new View(box, sync);

/** A paper that is opened: its code is kept on the phone, and what it opens is read. */
async function openPaper(): Promise<void> {
  const token = tokenOf(location.hash);
  if (!token) return;
  await sync.open(token);
  await sync.run();
  const found = sync.page?.deliveries.find((one) => one.token === token);
  if (found)
    history.replaceState(null, "", `#${found.id}`); // the code stands in no address any longer than it must
  else if (sync.page?.unknown.includes(token)) await sync.putAway(token);
  view.draw();
}

window.addEventListener("hashchange", () => void openPaper());
await live(box, sync, () => view.draw());
await openPaper();
