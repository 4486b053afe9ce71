// The crew's page: works without a network once it was opened with one. <main id="crew" data-api="/api/v1/command/" data-worker="…">
import "@fontsource-variable/noto-sans-sc/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/crew.css";
import { Store } from "./crew/store";
import { Sync } from "./crew/sync";
import { View } from "./crew/view";
import { text } from "./texts";

const LOOK_MS = 20_000;
const CACHE = "tocsin-crew-1"; // as in crew/worker.ts

// Sunlight or night: as the phone is set.
const light = matchMedia("(prefers-color-scheme: light)");
const follow = (): void => void (document.documentElement.dataset.theme = light.matches ? "light" : "dark");
light.addEventListener("change", follow);
follow();

const box = document.querySelector<HTMLElement>("#crew")!;
const store = await Store.open();
const sync = new Sync(store, box.dataset.api!, () => view.draw());
const view = new View(box, sync);

await sync.load();
view.draw();
window.addEventListener("hashchange", () => view.draw());
window.addEventListener("online", () => void sync.run());
window.addEventListener("offline", () => void sync.run());
document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && sync.run()));
setInterval(() => void (document.visibilityState === "visible" && sync.run()), LOOK_MS);

document.querySelector<HTMLFormElement>("#crew-sign-out")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  if (sync.queue.length && !window.confirm(text("sign_out_sure", { count: sync.queue.length }))) return;
  void sync.forget().then(() => form.submit());
});

await sync.run();
if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register(box.dataset.worker!, { scope: location.pathname });
  await keepFiles();
}
document.body.dataset.ready = "true";

/** The page and every file that it has loaded, so that the first visit is enough to work without a network. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const own = loaded.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
  const wanted = [location.pathname, ...own.map((url) => url.href)].map((url) => new URL(url, location.href).href);
  await Promise.allSettled([...new Set(wanted)].map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}
