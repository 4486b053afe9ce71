/** Subscribes this browser to web push when its button is pressed.
 *
 * <button data-push data-key="…" data-worker="/notices/push-worker.js" data-url="/notices/push/" hidden>…</button>
 *
 * The button stays hidden where the browser knows no push, or where this browser is subscribed already. Push needs HTTPS (or loopback).
 */
import { announce } from "./forms";
import { text } from "./texts";

export function offerPush(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-push]");
  if (!button || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  void show(button);
  button.addEventListener("click", () => void subscribe(button).catch(() => announce(text("failed"), "error")));
}

async function show(button: HTMLButtonElement): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration("/notices/");
  const known = await registration?.pushManager.getSubscription();
  button.hidden = Boolean(known);
}

async function subscribe(button: HTMLButtonElement): Promise<void> {
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
}
