// The page of checkers of reports: works without a network. <main id="checker" class="field" data-api="/api/v1/mobilisation/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { Photos } from "./checker/photos";
import { wires, type Checker, type Entered } from "./checker/types";
import { View } from "./checker/view";
import { live } from "./field/shell";
import { Store } from "./field/store";
import { Sync } from "./field/sync";

const box = document.querySelector<HTMLElement>("#checker")!;
const store = await Store.open<Entered>("tocsin-checker");
const photos = new Photos(store, () => view.draw());
const sync = new Sync<Checker, Entered>(store, wires(box.dataset.api!), () => {
  view.draw();
  void photos.follow(sync.page);
});
const view = new View(box, sync, photos);
await live(box, sync, () => view.draw());
