/** Sorting a list by a heading, without leaving the page where its filters are asked for by htmx; else the link is followed.
 *
 * `<form class="filters" hx-get="…"><input type="hidden" name="sort" data-sort-field> … <select data-sort-choice>…</form>`
 * `<th aria-sort="ascending"><a id="sort-name" data-sort="-name" href="?sort=-name">Name</a></th>`
 */
export function sortLists(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-sort]");
    const field = document.querySelector<HTMLInputElement>("form[hx-get] input[data-sort-field]");
    if (!link || !field?.form || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.focus(); // the heading that takes its place has the same id, and htmx gives it the focus again
    field.value = link.dataset.sort ?? "";
    const choice = field.form.querySelector<HTMLSelectElement>("select[data-sort-choice]");
    if (choice) choice.value = field.value;
    field.form.requestSubmit();
  });
  document.addEventListener(
    "change",
    (event) => {
      const choice = (event.target as Element).closest<HTMLSelectElement>("select[data-sort-choice]");
      const field = choice?.form?.querySelector<HTMLInputElement>("input[data-sort-field]");
      if (choice && field) field.value = choice.value;
    },
    { capture: true }, // before htmx reads the form
  );
}
