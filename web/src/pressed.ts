/** What a page draws anew by itself waits until nobody presses, and leaves the focus where it was.
 *
 * A button that is exchanged between the press and the release of a finger is not pressed at all, or what came in its place is; a
 * link that was reached by Tab loses its place. `released()` waits; for parts that htmx renews by the clock or by an event `refresh`
 * nothing needs to be said.
 */
const LONGEST_MS = 3_000; // a release may get lost outside the window

interface Swap {
  elt: Element;
  target: Element;
  shouldSwap: boolean;
  requestConfig: { triggeringEvent?: Event };
}

let pressed: Element | null = null;
let waiting: (() => void)[] = [];
let focused = "";

export function followPresses(): void {
  document.addEventListener("pointerdown", (event) => hold(event.target as Element), { capture: true });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(letGo), { capture: true });
  document.body.addEventListener("htmx:beforeSwap", waitForRelease);
  document.body.addEventListener("htmx:afterSwap", focusAgain);
}

/** At once where nothing is being pressed, else after the click that the press ends in. */
export function released(): Promise<void> {
  return pressed ? new Promise((done) => waiting.push(done)) : Promise.resolve();
}

function hold(element: Element): void {
  pressed = element;
  setTimeout(() => pressed === element && letGo(), LONGEST_MS);
}

function letGo(): void {
  pressed = null;
  for (const go of waiting.splice(0)) go();
}

/** What was fetched by the clock or by news, not by what somebody did. */
function isByItself({ requestConfig: { triggeringEvent: by } }: Swap): boolean {
  return !by || by.type === "refresh";
}

function waitForRelease(event: Event): void {
  const swap = (event as CustomEvent<Swap>).detail;
  const active = document.activeElement;
  focused = isByItself(swap) && active && swap.target.contains(active) ? nameOf(active) : "";
  if (!pressed || !isByItself(swap) || !swap.target.contains(pressed)) return;
  swap.shouldSwap = false;
  waiting.push(() => swap.elt.dispatchEvent(new Event("refresh")));
}

function focusAgain(event: Event): void {
  const { target } = (event as CustomEvent<Swap>).detail;
  if (!focused) return;
  const same = [...target.querySelectorAll<HTMLElement>("a, button, input, select, textarea, summary")];
  same.find((one) => nameOf(one) === focused)?.focus({ preventScroll: true });
  focused = "";
}

/** The same link or button in two drawings of a page: it leads to the same place under the same words. */
function nameOf(element: Element): string {
  const leadsTo = element.getAttribute("href") ?? element.closest("form")?.getAttribute("action") ?? "";
  return [element.tagName, leadsTo, element.getAttribute("name"), element.textContent?.trim()].join(" ");
}
