/** Counts in the menu: how many things wait, asked every minute and when the page is looked at again.
 *
 * <span data-count-of="/waiting/count/" hidden></span>
 */
const ASK_MS = 60_000;

export function watchCounts(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-count-of]")) {
    const ask = (): void => void show(place);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
    setInterval(ask, ASK_MS);
    ask();
  }
}

async function show(place: HTMLElement): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(place.dataset.countOf!, { headers: { Accept: "application/json" }, redirect: "error" });
  } catch {
    return; // no connection now: the next time
  }
  if (!answer.ok) return;
  const { waiting } = (await answer.json()) as { waiting: number };
  place.hidden = waiting === 0;
  place.textContent = waiting > 999 ? "999+" : String(waiting);
}
