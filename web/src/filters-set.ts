const NO_FILTERS = ["sort", "columns", "map", "fold", "turned", "group_by"];

/** How many filters narrow the list: a choice or a text other than the one the list opens with (`data-opens-with`, else the first
 * or none), a tick. The search does not count: it stands there. */
export function filtersSet(controls: Iterable<Element>): number {
  return [...controls].filter((one) => {
    const { name, type, value, dataset } = one as HTMLInputElement;
    if (!name || type === "search" || type === "submit" || NO_FILTERS.includes(name)) return false;
    if (type === "checkbox" || type === "radio") return (one as HTMLInputElement).checked && value !== "";
    if (dataset.opensWith !== undefined) return value !== dataset.opensWith;
    return type === "select-one" ? (one as HTMLSelectElement).selectedIndex > 0 : value !== "";
  }).length;
}

/** What the address does not ask for is what the list opens with. */
export function rememberOpening(controls: Iterable<Element>, asked: URLSearchParams): void {
  for (const one of controls) {
    const { name, value, dataset } = one as HTMLInputElement;
    if (name && !asked.has(name)) dataset.opensWith ??= value;
  }
}
