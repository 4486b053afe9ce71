// The service worker of web push: shows what came, and opens what it is about. It keeps nothing and serves nothing.
interface PushData {
  title: string;
  body: string;
  tag: string;
  url: string;
}
interface PushWorker extends EventTarget {
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: { openWindow(url: string): Promise<unknown> };
}
interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

const worker = self as unknown as PushWorker;
const INBOX = "/notices/";

worker.addEventListener("push", (event) => {
  const push = event as Lasting & { data: { json(): PushData } | null };
  const told = push.data?.json() ?? { title: "Tocsin", body: "", tag: "", url: INBOX };
  const options = { body: told.body, tag: told.tag, data: { url: told.url }, requireInteraction: true };
  push.waitUntil(worker.registration.showNotification(told.title, options));
});

worker.addEventListener("notificationclick", (event) => {
  const click = event as Lasting & { notification: { close(): void; data: { url?: string } | null } };
  click.notification.close();
  click.waitUntil(worker.clients.openWindow(ownPath(click.notification.data?.url)));
});

/** A path of this installation; the inbox for anything else. */
function ownPath(url: string | undefined): string {
  return url && /^\/(?![/\\])/.test(url) ? url : INBOX;
}
