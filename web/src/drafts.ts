/** What was typed is not lost when the server refuses it: the next page that tells the refusal shows the same form filled in again.
 *
 * `<form method="post" action="/cases/…/close/">`; forms with a password or with data-no-draft are left alone. The text stays in
 * this tab until the next page, and nowhere else.
 */
const KEY = "draft";

interface Draft {
  action: string;
  values: [string, string][];
}

export function keepWhatWasTyped(): void {
  restore();
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-no-draft") || form.querySelector("input[type=password]")) return;
    const button = (event as SubmitEvent).submitter;
    const draft: Draft = { action: pathOf(button?.getAttribute("formaction") ?? form.action), values: [] };
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") draft.values.push([name, value]);
    }
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  });
}

function restore(): void {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (!kept || !document.querySelector(".messages .message.error")) return;
  const draft = JSON.parse(kept) as Draft;
  for (const form of document.forms) {
    const own = [form.action, ...[...form.querySelectorAll("[formaction]")].map((one) => one.getAttribute("formaction")!)];
    if (own.some((action) => pathOf(action) === draft.action)) return fill(form, new Map(draft.values));
  }
}

function fill(form: HTMLFormElement, values: Map<string, string>): void {
  let first: HTMLElement | null = null;
  for (const field of form.elements) {
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement))
      continue;
    const value = values.get(field.name);
    if (field.type === "hidden" || field.type === "file") continue;
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = value === field.value;
    else if (value !== undefined) field.value = value;
    if (value && !first) first = field;
  }
  for (let box = form.parentElement; box; box = box.parentElement) if (box instanceof HTMLDetailsElement) box.open = true;
  first?.focus({ preventScroll: true });
}

function pathOf(address: string): string {
  return new URL(address, location.href).pathname;
}
