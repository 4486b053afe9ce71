/** Tells the server which notices this page has shown to whoever is signed in.
 *
 * <div data-tells-seen="/notices/seen/"><section data-seen="id of the notice">…</section></div>
 *
 * A row counts as shown when the page is looked at and half of the row, or of the window, has been it for a second. Nothing is told
 * of a page that lies in the background. What could not be told is tried again with the next rows, and every few seconds.
 */
import { csrfToken } from "./forms";

const SHOWN_MS = 1_000;
const AGAIN_MS = 5_000;

export function tellSeen(): void {
  const list = document.querySelector<HTMLElement>("[data-tells-seen]");
  if (list) new Seen(list);
}

class Seen {
  private readonly shown = new Map<string, number>(); // since when, by the notice's id
  private readonly told = new Set<string>();
  private readonly observer = new IntersectionObserver((entries) => this.look(entries), { threshold: [0, 0.25, 0.5, 0.75, 1] });

  constructor(private readonly list: HTMLElement) {
    this.watch();
    new MutationObserver(() => this.watch()).observe(list, { childList: true, subtree: true });
    document.addEventListener("visibilitychange", () => this.begin());
    setInterval(() => void this.tell(), SHOWN_MS / 2);
    setInterval(() => this.watch(), AGAIN_MS);
  }

  private watch(): void {
    for (const row of this.list.querySelectorAll<HTMLElement>("[data-seen]")) {
      if (!this.told.has(row.dataset.seen!)) this.observer.observe(row);
    }
  }

  private look(entries: IntersectionObserverEntry[]): void {
    for (const { target, intersectionRatio, intersectionRect, isIntersecting } of entries) {
      const id = (target as HTMLElement).dataset.seen!;
      const enough = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2);
      if (!enough) this.shown.delete(id);
      else if (!this.shown.has(id)) this.shown.set(id, Date.now());
    }
  }

  /** Time counts only while the page is looked at. */
  private begin(): void {
    for (const id of this.shown.keys()) this.shown.set(id, Date.now());
  }

  private async tell(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    const long = Date.now() - SHOWN_MS;
    const ids = [...this.shown].filter(([id, since]) => since <= long && !this.told.has(id)).map(([id]) => id);
    if (ids.length === 0) return;
    for (const id of ids) this.told.add(id);
    const answer = await this.send(ids).catch(() => null);
    if (answer?.ok) for (const id of ids) this.shown.delete(id);
    else setTimeout(() => ids.forEach((id) => this.told.delete(id)), AGAIN_MS);
  }

  private send(ids: string[]): Promise<Response> {
    const body = new URLSearchParams(ids.map((id) => ["notice", id]));
    return fetch(this.list.dataset.tellsSeen!, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken() },
      body,
      redirect: "error",
    });
  }
}
