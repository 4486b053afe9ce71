// The service worker of web push: shows what came, and leads to the notices. It keeps nothing and serves nothing.
interface PushData {
  title: string;
  body: string;
  tag: string;
}
interface PushWorker extends EventTarget {
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: { openWindow(url: string): Promise<unknown> };
}
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

const worker = self as unknown as PushWorker;

worker.addEventListener("push", (event) => {
  const push = event as Lasting & { data: { json(): PushData } | null };
  const told = push.data?.json() ?? { title: "Tocsin", body: "", tag: "" };
  push.waitUntil(worker.registration.showNotification(told.title, { body: told.body, tag: told.tag, requireInteraction: true }));
});

worker.addEventListener("notificationclick", (event) => {
  const click = event as Lasting & { notification: { close(): void } };
  click.notification.close();
  click.waitUntil(worker.clients.openWindow("/notices/"));
});
