const NO_FILTERS = ["sort", "columns", "map", "fold", "turned"];

/** How many filters narrow the list: a choice that is not the first, a text, a tick. The search does not count: it stands there. */
export function filtersSet(controls: Iterable<Element>): number {
  return [...controls].filter((one) => {
    const { name, type, value } = one as HTMLInputElement;
    if (!name || type === "search" || type === "submit" || NO_FILTERS.includes(name)) return false;
    if (type === "checkbox" || type === "radio") return (one as HTMLInputElement).checked && value !== "";
    return type === "select-one" ? (one as HTMLSelectElement).selectedIndex > 0 : value !== "";
  }).length;
}
