/** Acts on many rows of a list: the bar is shown while some are chosen, with their number; without scripts it is always there.
 * `<form id="many" data-many><b data-chosen-count></b>…</form> … <input type="checkbox" form="many">`, `<input data-choose-all>`
 */
import { text } from "./texts";

export function actOnMany(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-many]");
  if (!form) return;
  const boxes = (): HTMLInputElement[] => [
    ...document.querySelectorAll<HTMLInputElement>(`input[type=checkbox][form="${form.id}"]`),
  ];
  const show = (): void => {
    const chosen = boxes().filter((one) => one.checked).length;
    form.hidden = chosen === 0;
    form.querySelector("[data-chosen-count]")!.textContent = text("chosen_count", { count: String(chosen) });
  };
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-choose-all]")) for (const one of boxes()) one.checked = box.checked;
    show();
  });
  document.addEventListener("htmx:afterSwap", show);
  show();
}
