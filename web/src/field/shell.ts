// How a page that works without a network lives: it draws what the device knows, then what the server says, and keeps its own files.
// <main id="…" data-api="/api/v1/…/" data-worker="…"> and <form id="crew-sign-out">
import "../styles/tour.css";
import { text } from "../texts";
import { guide } from "../tour";
import { signOut } from "./leave";

const LOOK_MS = 20_000;

/** What the shell needs of a page's Sync. */
interface Synced {
  queue: unknown[];
  load(): Promise<void>;
  run(): Promise<void>;
  forget(): Promise<void>;
}

/** Draws, listens, sends and reads; ends when the page is ready for a life without a network. */
export async function live(box: HTMLElement, sync: Synced, draw: () => void): Promise<void> {
  followLight();
  await sync.load();
  draw();
  guide();
  window.addEventListener("hashchange", draw);
  window.addEventListener("online", () => void sync.run());
  window.addEventListener("offline", () => void sync.run());
  document.addEventListener("visibilitychange", () => void (document.visibilityState === "visible" && sync.run()));
  setInterval(() => void (document.visibilityState === "visible" && sync.run()), LOOK_MS);
  document.querySelector<HTMLFormElement>("#crew-sign-out")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    if (sync.queue.length && !window.confirm(text("sign_out_sure", { count: sync.queue.length }))) return;
    void sync.forget().then(() => signOut(form));
  });
  await sync.run();
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register(box.dataset.worker!, { scope: location.pathname });
    await keepFiles();
  }
  document.body.dataset.ready = "true";
}

/** Sunlight or night: as the phone is set. */
function followLight(): void {
  const light = matchMedia("(prefers-color-scheme: light)");
  const follow = (): void => void (document.documentElement.dataset.theme = light.matches ? "light" : "dark");
  light.addEventListener("change", follow);
  follow();
}

/** The page and every file that it has loaded, so that the first visit is enough to work without a network. */
async function keepFiles(): Promise<void> {
  const cache = await caches.open(`tocsin-${location.pathname.split("/").filter(Boolean).join("-")}-1`); // as in field/worker.ts
  const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const own = loaded.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
  const wanted = [location.pathname, ...own.map((url) => url.href)].map((url) => new URL(url, location.href).href);
  await Promise.allSettled([...new Set(wanted)].map(async (url) => (await cache.match(url)) ?? cache.add(url)));
}
