/** What takes long is seen to go on: beside the button of a form that was sent, and whose answer is not there after a second, a bar
 * moves and seconds are counted; until the answer comes the form is not sent a second time.
 *
 * `<form method="post">`, with htmx or without. Where the answer is a file the page stays as it is: such a form says
 * `data-answers-file`, and nothing is shown, as the browser tells of the file itself.
 */
import { text } from "./texts";

const AFTER_MS = 1000;
const LONGEST_MS = 300_000; // the connection was given up long before

interface Request {
  elt: Element;
}

const going = new Map<HTMLFormElement, () => void>();

export function showWork(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post" || form.target || form.hasAttribute("data-answers-file")) return;
    if (going.has(form)) return event.preventDefault();
    const { submitter } = event as SubmitEvent;
    setTimeout(() => event.defaultPrevented || begin(form, submitter)); // a script of the page may still take it in hand
  });
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = (event as CustomEvent<Request>).detail;
    if (elt instanceof HTMLFormElement && elt.hasAttribute("hx-post")) begin(elt, elt.querySelector("button:not([type=button])"));
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const { elt } = (event as CustomEvent<Request>).detail;
    if (elt instanceof HTMLFormElement) going.get(elt)?.();
  });
  window.addEventListener("pageshow", (event) => event.persisted && endAll()); // back to a page that the browser kept
}

function begin(form: HTMLFormElement, button: Element | null): void {
  going.get(form)?.();
  const began = Date.now();
  let shown: { bar: HTMLElement; counting: number } | null = null;
  const waiting = setTimeout(() => (shown = show(form, button, began)), AFTER_MS);
  const ending = setTimeout(() => going.get(form)?.(), LONGEST_MS);
  going.set(form, () => {
    clearTimeout(waiting);
    clearTimeout(ending);
    if (shown) clearInterval(shown.counting);
    shown?.bar.remove();
    going.delete(form);
  });
}

function show(form: HTMLFormElement, button: Element | null, began: number): { bar: HTMLElement; counting: number } {
  const bar = document.createElement("span");
  bar.className = "working";
  bar.setAttribute("role", "status");
  const progress = document.createElement("progress"); // without a value: how much is left is not known
  progress.setAttribute("aria-label", text("working"));
  const seconds = document.createElement("span");
  seconds.setAttribute("aria-hidden", "true");
  const count = (): void =>
    void (seconds.textContent = text("working_for", { seconds: Math.floor((Date.now() - began) / 1000) }));
  count();
  bar.append(progress, seconds);
  if (button && form.contains(button)) button.after(bar);
  else form.append(bar);
  return { bar, counting: window.setInterval(count, 1000) };
}

function endAll(): void {
  for (const end of [...going.values()]) end();
}
