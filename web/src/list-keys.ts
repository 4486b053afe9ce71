/** A list by keys: J and K or the arrows go from row to row, Enter opens what has the focus, X chooses the row, N and P turn the page,
 * / goes to the search, ? shows the keys. None is taken while somebody types, or together with Ctrl, Alt or the command key.
 *
 * `<button data-list-keys-open>` `<dialog data-list-keys>…</dialog>` `<div id="rows"><table class="table cards">…</table></div>`
 */
export function useListByKeys(): void {
  const help = document.querySelector<HTMLDialogElement>("dialog[data-list-keys]");
  if (!help) return;
  let at = -1;
  const go = (to: number): void => {
    const all = rows();
    if (!all.length) return;
    at = Math.max(0, Math.min(to, all.length - 1));
    for (const one of all) one.classList.toggle("at", one === all[at]);
    const target = all[at]!.querySelector<HTMLElement>("th a, td a") ?? all[at]!;
    if (target === all[at]) target.tabIndex = -1;
    target.focus();
    all[at]!.scrollIntoView({ block: "nearest" });
  };
  const acts: Record<string, (shift: boolean) => void> = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    x: (shift) => choose(rows()[at], shift),
    n: () => document.querySelector<HTMLElement>(".pagination [rel=next]")?.click(),
    p: () => document.querySelector<HTMLElement>(".pagination [rel=prev]")?.click(),
    "/": () => document.querySelector<HTMLElement>("form.filters input[type=search], form.filters input[name=search]")?.focus(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], details[open] .menu-list")) return;
    const moves = at >= 0 && target.closest("tr.at") !== null; // arrows scroll the page until a row has been gone to
    const key = moves && event.key === "ArrowDown" ? "j" : moves && event.key === "ArrowUp" ? "k" : event.key.toLowerCase();
    const act = acts[key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey);
  });
  document.addEventListener("focusin", (event) => {
    const row = (event.target as Element).closest<HTMLTableRowElement>("tr");
    const place = row ? rows().indexOf(row) : -1;
    if (place < 0 || place === at) return;
    at = place;
    for (const one of rows()) one.classList.toggle("at", one === row);
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (at >= 0 && !document.activeElement?.closest("form")) go(at);
  });
  document.querySelector("[data-list-keys-open]")?.addEventListener("click", () => help.showModal());
}

function rows(): HTMLTableRowElement[] {
  const tables = [...(document.getElementById("rows") ?? document).querySelectorAll("table.cards")];
  return [...(tables.at(-1)?.querySelectorAll<HTMLTableRowElement>(":scope > tbody > tr:not(:has(> .empty))") ?? [])];
}

function choose(row: HTMLTableRowElement | undefined, shiftKey: boolean): void {
  const box = row?.querySelector<HTMLInputElement>("input[type=checkbox][name=row]");
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }));
}
