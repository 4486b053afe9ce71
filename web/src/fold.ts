/** On a phone the filters of every list but its search, and what stands beside its heading but the map and the main act, are folded
 * behind a button each (styles/lists.css), so that rows and map are within the first screen. The filters' button counts those set.
 *
 * `<div class="page-head"><h1>…</h1><div class="actions">…</div></div> … <div class="toolbar"><form class="filters" method="get">…`
 * A form with nothing but a search stays as it is.
 */
import { filtersSet, rememberOpening } from "./filters-set";
import { text } from "./texts";

const SVG = "http://www.w3.org/2000/svg";

const FORM = '.toolbar > form.filters[method="get"]';
const FILTER = 'select, input:not([type="search"], [type="hidden"])';

export function foldListTools(): void {
  const forms = document.querySelectorAll<HTMLFormElement>(FORM);
  for (const form of forms) if (form.querySelector(FILTER)) foldFilters(form);
  const actions = document.querySelector<HTMLElement>(".page-head .actions");
  if (forms.length && actions) folded(actions, "menu", text("more"));
}

function foldFilters(form: HTMLFormElement): void {
  const button = folded(form, "filter", text("filters"));
  const count = document.createElement("b");
  count.className = "badge";
  button.append(count);
  rememberOpening(form.elements, new URLSearchParams(location.search));
  const show = (): void => {
    const set = filtersSet(form.elements);
    count.textContent = String(set);
    count.hidden = set === 0;
  };
  form.addEventListener("change", show);
  show();
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
