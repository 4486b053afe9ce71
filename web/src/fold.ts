/** On a phone the filters of a list but its search, and what stands beside its heading but the map and the main act, are folded
 * behind a button each (styles/lists.css), so that rows and map are within the first screen. The filters' button counts those set.
 *
 * `<div class="page-head"><h1>…</h1><div class="actions">…</div></div> … <form class="filters" id="filters">…</form>`
 */
import { filtersSet } from "./filters-set";
import { text } from "./texts";

const SVG = "http://www.w3.org/2000/svg";

export function foldListTools(): void {
  const form = document.querySelector<HTMLFormElement>("form#filters");
  if (!form) return;
  const button = folded(form, "filter", text("filters"));
  const count = document.createElement("b");
  count.className = "badge";
  button.append(count);
  const show = (): void => {
    const set = filtersSet(form.elements);
    count.textContent = String(set);
    count.hidden = set === 0;
  };
  form.addEventListener("change", show);
  show();
  const actions = document.querySelector<HTMLElement>(".page-head .actions");
  if (actions) folded(actions, "menu", text("more"));
}

/** The button that shows what the box folds, and folds it again. */
function folded(box: HTMLElement, icon: string, words: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button fold-button";
  const sign = document.createElementNS(SVG, "svg");
  sign.setAttribute("class", "icon");
  sign.setAttribute("aria-hidden", "true");
  sign.append(document.createElementNS(SVG, "use"));
  sign.firstElementChild!.setAttribute("href", `/static/dist/icons.svg#${icon}`);
  button.append(sign, words);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(box.classList.toggle("unfolded"))));
  box.append(button);
  return button;
}
