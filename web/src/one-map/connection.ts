/** The connection to the server: while it is gone the map stays as it is and says so; when it is back, everything is asked for anew.
 *
 * <p data-offline role="status" hidden>…</p>
 */
import type { Canvas } from "./canvas";

const ASK_AGAIN_MS = 3000;

export class Connection {
  private asking = 0;

  constructor(
    private readonly told: HTMLElement,
    private readonly canvas: Canvas,
  ) {
    addEventListener("offline", () => this.lost());
    addEventListener("online", () => void this.ask());
    if (!navigator.onLine) this.lost();
  }

  /** Whether a failure of the map was the network's; then the page says so. */
  explains(error: { message: string; status?: number }): boolean {
    const cut = error.status === 0 || !navigator.onLine;
    if (cut) this.lost();
    return cut;
  }

  private lost(): void {
    this.told.hidden = false;
    clearTimeout(this.asking);
    this.asking = window.setTimeout(() => void this.ask(), ASK_AGAIN_MS);
  }

  private async ask(): Promise<void> {
    if (this.told.hidden) return;
    const answered = await fetch("/health/", { cache: "no-store" }).then(
      () => true,
      () => false,
    );
    if (!answered) return this.lost();
    clearTimeout(this.asking);
    this.told.hidden = true;
    this.canvas.renewAll();
  }
}
