/** A moment by the city's clock. */
export const moment = (at: string | number): string =>
  new Date(at).toLocaleString("sv-SE", { timeZone: document.body.dataset.timeZone, dateStyle: "short", timeStyle: "short" });
