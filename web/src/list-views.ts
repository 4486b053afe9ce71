/** Views that a reader keeps of a list: what is kept is what the filters say when it is pressed, not when the page was loaded.
 *
 * `<span data-current-view>name</span> … <form method="post" data-list-view><input type="hidden" name="query">…</form>`
 */
export function keepListViews(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const query = form.matches("[data-list-view]") && form.querySelector<HTMLInputElement>("input[name=query]");
    if (query) query.value = location.search.slice(1);
  });
  document.addEventListener("htmx:pushedIntoHistory", () => {
    for (const name of document.querySelectorAll<HTMLElement>("[data-current-view]")) name.hidden = true;
  });
}
