// The service worker of the crew's page: the page itself and its files are there without a network. It keeps no data: orders and
// entries are the page's (IndexedDB), and answers of the API never enter the cache.
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
const CACHE = "tocsin-crew-1";

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener("activate", (event) =>
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("tocsin-crew-") && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  ),
);

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const isShell = request.mode === "navigate" && url.href.split(/[?#]/)[0] === worker.registration.scope;
  if (isShell || url.pathname.startsWith("/static/")) event.respondWith(fromNetworkFirst(request));
});

/** The newest where there is a network, else what was kept. A redirect (signed out) is passed on and not kept. */
async function fromNetworkFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await cache.put(request.url.split("#")[0]!, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request.url.split("#")[0]!, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
