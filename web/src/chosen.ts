/**
 * Fields that only one choice needs are shown with it; without scripts all are shown.
 * `<select data-chooses>…</select> <div data-for="return">…</div>` within one form; `data-for` may name several, by spaces.
 */
export function showChosenFields(): void {
  document.addEventListener("change", (event) => {
    const select = (event.target as Element).closest<HTMLSelectElement>("select[data-chooses]");
    if (select) follow(select);
  });
  document.addEventListener("htmx:afterSwap", followChoices);
  followChoices();
}

/** Shows and hides by what is chosen now: after a part of the page was exchanged. */
export function followChoices(): void {
  document.querySelectorAll<HTMLSelectElement>("select[data-chooses]").forEach(follow);
}

function follow(select: HTMLSelectElement): void {
  for (const field of select.form?.querySelectorAll<HTMLElement>("[data-for]") ?? [])
    field.hidden = !field.dataset.for!.split(" ").includes(select.value);
}
