/** Acts on many rows of a list: the bar is shown while some are chosen, with their number; without scripts it is always there.
 * Shift and a press choose every row from the last one that was pressed.
 * `<form id="many" data-many><b data-chosen-count></b>…</form> … <input type="checkbox" form="many">`, `<input data-choose-all>`,
 * `<input data-every="120">` for all rows of the filters
 */
import { between } from "./between";
import { text } from "./texts";

export function actOnMany(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-many]");
  if (!form) return;
  let last: HTMLInputElement | null = null;
  const boxes = (): HTMLInputElement[] => [
    ...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name=row][form="${form.id}"]`),
  ];
  const show = (): void => {
    const every = document.querySelector<HTMLInputElement>("input[data-every]:checked");
    const chosen = every ? Number(every.dataset.every) : boxes().filter((one) => one.checked).length;
    form.hidden = chosen === 0;
    form.querySelector("[data-chosen-count]")!.textContent = text("chosen_count", { count: String(chosen) });
  };
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-choose-all]")) for (const one of boxes()) one.checked = box.checked;
    show();
  });
  document.addEventListener("click", (event) => {
    const box = event.target as HTMLInputElement;
    const all = boxes();
    if (!all.includes(box)) return;
    if (event.shiftKey && last) for (const one of between(all, all.indexOf(last), all.indexOf(box))) one.checked = box.checked;
    last = box;
    show();
  });
  document.addEventListener("htmx:afterSwap", show);
  show();
}
