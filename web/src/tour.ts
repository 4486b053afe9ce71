// A guided tour: a box that goes from page to page with its reader, in this tab alone, and points at what it speaks of.

export interface Step {
  url: string;
  at: string;
  text: string;
}

export interface Tour {
  steps: Step[];
  words: { title: string; next: string; back: string; end: string; there: string; count: string };
  then?: { url: string; words: string } | null; // where the reader goes on behind the last step
}

interface Underway extends Tour {
  number: number;
}

const KEY = "tocsin-tour";
const LOOK_MS = 400;

/** Begins a tour where `<button data-tour="id">` is pressed, whose steps the element of that id holds; goes on with one that runs. */
export function guide(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-tour]");
    if (!button) return;
    const tour = JSON.parse(document.getElementById(button.dataset.tour ?? "")?.textContent ?? "null") as Tour | null;
    if (tour) goTo({ ...tour, number: 0 });
  });
  const running = kept();
  if (running) show(running);
  else document.querySelector<HTMLElement>("[data-tour-now]")?.click();
}

/** The step so many further on, or null beyond the last one; the first one has none before it. */
export function stepFrom(tour: Tour, number: number, further: number): number | null {
  const wanted = Math.max(0, number + further);
  return wanted < tour.steps.length ? wanted : null;
}

/** "2 of 7" in the reader's words. */
export function counted(words: string, number: number, all: number): string {
  return words.replace("{number}", String(number + 1)).replace("{all}", String(all));
}

/** Whether this page is the step's, or lies below it, as the desk that one keeps does below all desks. */
function isAt(url: string): boolean {
  return location.pathname === url || (url !== "/" && location.pathname.startsWith(url));
}

function kept(): Underway | null {
  try {
    const read = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Underway | null;
    return read?.steps[read.number] ? read : null;
  } catch {
    return null; // another version's, or a browser that keeps nothing
  }
}

function goTo(tour: Underway): void {
  const step = tour.steps[tour.number];
  if (!step) return;
  sessionStorage.setItem(KEY, JSON.stringify(tour));
  if (isAt(step.url)) show(tour);
  else location.assign(step.url);
}

function end(): void {
  sessionStorage.removeItem(KEY);
  document.querySelector(".tour")?.remove();
  unmark();
}

function move(tour: Underway, further: number): void {
  const number = stepFrom(tour, tour.number, further);
  if (number === null) end();
  else goTo({ ...tour, number });
}

function show(tour: Underway): void {
  document.querySelector(".tour")?.remove();
  unmark();
  const step = tour.steps[tour.number];
  if (!step) return;
  const here = isAt(step.url);
  const box = document.createElement("aside");
  box.className = "tour";
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", tour.words.title);
  const head = document.createElement("p");
  head.className = "tour-head";
  head.textContent = `${tour.words.title} · ${counted(tour.words.count, tour.number, tour.steps.length)}`;
  const text = document.createElement("p");
  text.className = "tour-text";
  text.setAttribute("role", "status");
  text.textContent = step.text;
  const buttons = document.createElement("div");
  buttons.className = "tour-buttons";
  buttons.append(pressed(tour.words.end, "quiet", end));
  if (tour.number > 0) buttons.append(pressed(tour.words.back, "", () => move(tour, -1)));
  buttons.append(onward(tour, here));
  box.append(head, text, buttons);
  document.body.append(box);
  if (here) markWhenThere(step.at, box);
}

/** To the step's page, to the next step, or behind the last one to what is done then. */
function onward(tour: Underway, here: boolean): HTMLButtonElement {
  if (!here) return pressed(tour.words.there, "primary", () => goTo(tour));
  const then = tour.then;
  if (!then || stepFrom(tour, tour.number, 1) !== null) return pressed(tour.words.next, "primary", () => move(tour, 1));
  return pressed(then.words, "primary", () => {
    end();
    location.assign(then.url);
  });
}

function pressed(words: string, kind: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button small ${kind}`;
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

/** Points at the part as soon as it is there: a drawer opens only when its reader opens it. */
function markWhenThere(selector: string, box: HTMLElement): void {
  const look = (): void => {
    if (!box.isConnected) return;
    const part = document.querySelector<HTMLElement>(selector);
    if (!part?.offsetParent) {
      setTimeout(look, LOOK_MS);
      return;
    }
    part.classList.add("tour-spot");
    part.scrollIntoView({ block: "nearest" });
  };
  look();
}

function unmark(): void {
  for (const part of document.querySelectorAll(".tour-spot")) part.classList.remove("tour-spot");
}
