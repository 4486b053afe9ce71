/** The page on which citizens choose whose public warnings they hear: work for the request, pushes to this browser, the county on a map.
 *
 * `<form data-sign-up data-bits="16" data-key="…" data-worker="/w/push-worker.js" data-push-url="/w/subscribe/push/">` with the fields
 * `id`, `nonce`, `towns`, `channel` and `address`; `[data-push-way]` is shown where the browser takes pushes, `[data-end-push]` where
 * it does already. `[data-here]` asks the phone where it is.
 */
import { announce } from "./forms";
import { work } from "./hazard/secret";
import { subscription, whyNot } from "./push";
import { text } from "./texts";

const form = document.querySelector<HTMLFormElement>("[data-sign-up]");
const SCOPE = "/w/";

function field(name: string): HTMLInputElement {
  return form!.elements.namedItem(name) as HTMLInputElement;
}

/** Fills in a new name of the request and the work that the server asks of strangers. */
async function worked(address: string): Promise<void> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  field("id").value = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  field("nonce").value = await work(field("id").value, address, Number(form!.dataset.bits));
}

async function send(event: SubmitEvent): Promise<void> {
  event.preventDefault();
  const button = event.submitter as HTMLButtonElement | null;
  const ends = button?.name === "end";
  form!.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  try {
    if (new FormData(form!).get("channel") === "web_push") await push(ends);
    else {
      await worked(field("address").value.trim());
      field("ends").value = ends ? "yes" : "";
      form!.submit();
    }
  } finally {
    form!.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  }
}

async function push(ends: boolean): Promise<void> {
  const towns = ends ? [] : new FormData(form!).getAll("towns");
  if (!ends && !towns.length) return announce(text("no_towns"), "error");
  const found = await subscription(form!.dataset.worker!, SCOPE, form!.dataset.key!);
  const { endpoint, keys } = found.toJSON();
  const address = JSON.stringify({ endpoint, keys: { p256dh: keys!.p256dh, auth: keys!.auth } });
  await worked(address);
  const answer = await fetch(form!.dataset.pushUrl!, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": field("csrfmiddlewaretoken").value },
    body: JSON.stringify({ id: field("id").value, address, towns, nonce: field("nonce").value }),
  });
  const told = (await answer.json()) as { message: string };
  announce(told.message, answer.ok ? "success" : "error");
  if (answer.ok && ends) await found.unsubscribe();
  if (answer.ok) await offer();
}

async function offer(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  for (const box of document.querySelectorAll<HTMLElement>("[data-push-way]")) box.hidden = false;
  const known = await (await navigator.serviceWorker.getRegistration(SCOPE))?.pushManager.getSubscription();
  for (const box of document.querySelectorAll<HTMLElement>("[data-end-push]")) box.hidden = !known;
}

/** The address is asked for where one is needed. */
function chosen(): void {
  const channel = String(new FormData(form!).get("channel") ?? "");
  const box = form!.querySelector<HTMLElement>("[data-address]");
  if (!box) return;
  box.hidden = channel === "web_push";
  const input = field("address");
  input.required = !box.hidden;
  input.type = channel === "email" ? "email" : "tel";
  input.autocomplete = channel === "email" ? "email" : "tel";
}

if (form) {
  form.addEventListener(
    "submit",
    (event) => void send(event).catch((reason: unknown) => announce(text(whyNot(reason)), "error")),
  );
  form.addEventListener("change", chosen);
  chosen();
  void offer();
}
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-here]")) {
  button.hidden = !("geolocation" in navigator);
  button.addEventListener("click", () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => location.assign(`?lat=${coords.latitude.toFixed(4)}&lon=${coords.longitude.toFixed(4)}`),
      () => announce(text("no_place"), "error"),
    ),
  );
}
