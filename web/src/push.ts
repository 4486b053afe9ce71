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

function whyNot(reason: unknown): string {
  if (Notification.permission === "denied" || (reason instanceof DOMException && reason.name === "NotAllowedError"))
    return "push_refused";
  return reason instanceof DOMException ? "push_unreachable" : "failed";
}

async function subscribe(button: HTMLButtonElement): Promise<void> {
  if ((await Notification.requestPermission()) === "denied") throw new DOMException("not permitted", "NotAllowedError");
  const registration = await navigator.serviceWorker.register(button.dataset.worker!, { scope: "/notices/" });
  await navigator.serviceWorker.ready;
  const key = Uint8Array.from(atob(button.dataset.key!.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(button.dataset.url!, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error(answer.statusText);
  button.hidden = true;
  announce(text("push_on"), "success");
}
