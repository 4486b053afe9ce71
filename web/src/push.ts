/** Subscribes this browser to web push when its button is pressed.
 *
 * <button data-push data-key="…" data-worker="/notices/push-worker.js" data-url="/notices/push/" hidden>…</button>
 *
 * The button stays hidden where the browser knows no push, or where this browser is subscribed already. Push needs HTTPS (or loopback).
 * What went wrong is told in words: the person did not permit it, the browser's push service was not reached, or ours did not answer.
 */
import { announce } from "./forms";
import { text } from "./texts";

export function offerPush(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-push]");
  if (!button || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  void show(button);
  button.addEventListener(
    "click",
    () => void subscribe(button).catch((reason: unknown) => announce(text(whyNot(reason)), "error")),
  );
}

async function show(button: HTMLButtonElement): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration("/notices/");
  const known = await registration?.pushManager.getSubscription();
  button.hidden = Boolean(known);
}

export function whyNot(reason: unknown): string {
  if (Notification.permission === "denied" || (reason instanceof DOMException && reason.name === "NotAllowedError"))
    return "push_refused";
  return reason instanceof DOMException ? "push_unreachable" : "failed";
}

async function subscribe(button: HTMLButtonElement): Promise<void> {
  const found = await subscription(button.dataset.worker!, "/notices/", button.dataset.key!);
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(button.dataset.url!, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(found),
  });
  if (!answer.ok) throw new Error(answer.statusText);
  button.hidden = true;
  announce(text("push_on"), "success");
}

/** This browser's subscription, made where there is none: its worker serves `scope`, `key` is ours. */
export async function subscription(worker: string, scope: string, key: string): Promise<PushSubscription> {
  if ((await Notification.requestPermission()) === "denied") throw new DOMException("not permitted", "NotAllowedError");
  const registration = await navigator.serviceWorker.register(worker, { scope });
  await navigator.serviceWorker.ready;
  const applicationServerKey = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}
