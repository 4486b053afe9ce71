// The service worker of every page that works without a network (crew, firm, inspector): the page itself and its files are there.
// It keeps no data: what was read and entered is the page's (IndexedDB), and answers of the API never enter the cache.
interface Waits extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetches extends Waits {
  request: Request;
  respondWith(response: Promise<Response>): void;
}
interface Worker {
  registration: { scope: string };
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: "install" | "activate", act: (event: Waits) => void): void;
  addEventListener(name: "fetch", act: (event: Fetches) => void): void;
}

const worker = self as unknown as Worker;
const NAME = `tocsin-${new URL(worker.registration.scope).pathname.split("/").filter(Boolean).join("-")}-`;
const CACHE = `${NAME}1`; // as in field/shell.ts
const SOON_MS = 3000;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name.startsWith(NAME) && name !== CACHE).map((name) => caches.delete(name))),
      )
      .then(() => worker.clients.claim()),
  ),
);

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const isShell = request.mode === "navigate" && url.href.split(/[?#]/)[0] === worker.registration.scope;
  if (isShell) event.respondWith(newest(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(kept(event, request));
});

/** The page: the newest where the network answers soon, else what was kept. A redirect (signed out) is passed on and not kept. */
async function newest(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(addressOf(request), { ignoreVary: true });
  const fresh = fetchAndKeep(request);
  if (!kept) return fresh;
  fresh.catch(() => undefined);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept.clone()), SOON_MS));
  return Promise.race([fresh, late]).catch(() => kept);
}

/** A file: what was kept, and for the next time the newest; a weak network never makes the crew wait. */
async function kept(event: Waits, request: Request): Promise<Response> {
  const known = await (await caches.open(CACHE)).match(addressOf(request), { ignoreVary: true });
  const fresh = fetchAndKeep(request);
  if (!known) return fresh;
  event.waitUntil(fresh.catch(() => undefined));
  return known;
}

async function fetchAndKeep(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.ok && !response.redirected) await (await caches.open(CACHE)).put(addressOf(request), response.clone());
  return response;
}

const addressOf = (request: Request): string => request.url.split("#")[0]!;

export {}; // a module: its names are its own
