/** Keeping a page fresh without disturbing who works on it: parts are exchanged one by one, never one that is being written in.
 *
 * `<ul data-parts="orders"><li data-part="order-7" data-name="Gas company">…</li></ul>`: a `data-part` is exchanged when a fresh
 * copy differs, a `data-parts` list gains and loses members. What somebody folded or ticked stays.
 */

declare const htmx: { process(element: Element): void };

const FIELDS = "input, select, textarea";

export class Parts {
  private readonly seen = new WeakMap<Element, string>();

  /** `writing` is told on a part that has news but is being written in. */
  constructor(
    private readonly root: HTMLElement,
    private readonly writing: string,
  ) {
    for (const part of root.querySelectorAll<HTMLElement>("[data-part]")) this.seen.set(part, plain(part));
  }

  /** Brings the page up to the fresh copy; answers the parts that are new or changed, and whether some had to be left as they are. */
  renew(fresh: ParentNode): { changed: HTMLElement[]; left: boolean } {
    const changed: HTMLElement[] = [];
    let left = false;
    for (const list of this.root.querySelectorAll<HTMLElement>("[data-parts]")) {
      const replacement = fresh.querySelector(`[data-parts="${list.dataset.parts}"]`);
      if (replacement) changed.push(...this.renewList(list, replacement));
    }
    for (const part of this.root.querySelectorAll<HTMLElement>("[data-part]")) {
      const replacement = fresh.querySelector<HTMLElement>(`[data-part="${part.dataset.part}"]`);
      if (!replacement || this.seen.get(part) === plain(replacement)) continue;
      if (isWrittenIn(part)) {
        part.dataset.stale = this.writing;
        left = true;
      } else {
        changed.push(this.exchange(part, replacement));
      }
    }
    return { changed, left };
  }

  private renewList(list: HTMLElement, fresh: Element): HTMLElement[] {
    const wanted = [...fresh.children].filter(
      (one): one is HTMLElement => one instanceof HTMLElement && one.dataset.part !== undefined,
    );
    const names = new Set(wanted.map((one) => one.dataset.part));
    for (const one of [...list.children] as HTMLElement[]) if (!names.has(one.dataset.part) && !isWrittenIn(one)) one.remove();
    const added: HTMLElement[] = [];
    let before: Element | null = null;
    for (const one of wanted) {
      const known: Element | null = list.querySelector(`:scope > [data-part="${one.dataset.part}"]`);
      if (known) {
        before = known;
        continue;
      }
      const made = document.importNode(one, true);
      this.seen.set(made, plain(one));
      if (before) before.after(made);
      else list.prepend(made);
      htmx.process(made);
      added.push(made);
      before = made;
    }
    return added;
  }

  private exchange(part: HTMLElement, fresh: HTMLElement): HTMLElement {
    const made = document.importNode(fresh, true);
    this.seen.set(made, plain(fresh));
    const folds = foldsOf(part);
    for (const one of [made, ...made.querySelectorAll("*")]) {
      if (one instanceof HTMLDetailsElement && folds.has(nameOf(one))) one.open = folds.get(nameOf(one))!;
    }
    const had = part.contains(document.activeElement) ? pathTo(part, document.activeElement!) : null;
    part.replaceWith(made);
    htmx.process(made);
    if (had) (at(made, had) as HTMLElement | null)?.focus({ preventScroll: true });
    return made;
  }
}

/** Somebody types here, or has changed a field and not sent it. */
function isWrittenIn(part: Element): boolean {
  const active = document.activeElement;
  if (active && part.contains(active) && active.matches(FIELDS)) return true;
  return [...part.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(FIELDS)].some(isBegun);
}

function isBegun(field: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): boolean {
  if (field instanceof HTMLSelectElement) {
    const chosen = [...field.options].findIndex((one) => one.defaultSelected);
    return field.selectedIndex > 0 && field.selectedIndex !== chosen;
  }
  if (field instanceof HTMLInputElement && field.type === "file") return field.value !== "";
  if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type))
    return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/** What a part says, without what differs each time it is written or what this page did to it. */
function plain(part: Element): string {
  const copy = part.cloneNode(true) as Element;
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    if (one.hasAttribute("data-for") || one.hasAttribute("data-until")) one.removeAttribute("hidden");
    for (const name of ["open", "aria-current", "data-stale"]) one.removeAttribute(name);
    if (one.getAttribute("name") === "csrfmiddlewaretoken") one.removeAttribute("value");
  }
  return copy.outerHTML;
}

function foldsOf(part: HTMLElement): Map<string, boolean> {
  const all = [part, ...part.querySelectorAll("details")].filter(
    (one): one is HTMLDetailsElement => one instanceof HTMLDetailsElement,
  );
  return new Map(all.map((one) => [nameOf(one), one.open]));
}

/** A fold is known by its summary; figures in it may change. */
function nameOf(fold: HTMLDetailsElement): string {
  return fold.querySelector("summary")?.textContent?.replace(/\d+/g, "").trim() ?? "";
}

function pathTo(root: Element, one: Element): number[] {
  const path: number[] = [];
  for (let step = one; step !== root; step = step.parentElement!) path.unshift([...step.parentElement!.children].indexOf(step));
  return path;
}

function at(root: Element, path: number[]): Element | null {
  return path.reduce<Element | null>((one, index) => one?.children[index] ?? null, root);
}
