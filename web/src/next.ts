/** Buttons of the drawer that show on the map what could happen next, and the valves to close.
 *
 * `<button data-show-next aria-pressed="false">`, `<button data-show-plan="0.1" aria-pressed="false">`: a second press clears the map.
 */
import { getJson } from "./api";
import { announce } from "./forms";
import type { Shown } from "./map/next";
import type { MapView } from "./map/view";
import { text } from "./texts";
import type { Outlook } from "./types";

export class Next {
  private shown: { alarmId: string; what: Shown } | null = null;

  constructor(
    private readonly box: HTMLElement,
    private readonly alarmsUrl: string,
    private readonly view: () => MapView | null,
    private readonly alarmId: () => string | null,
  ) {
    box.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-show-next], [data-show-plan]");
      if (button) void this.toggle((button.dataset.showPlan as Shown | undefined) ?? "risks");
    });
  }

  /** Another alarm, or none: nothing is left on the map. */
  clear(): void {
    this.shown = null;
    this.view()?.clearNext();
    this.mark();
  }

  /** After parts of the drawer were exchanged: the map follows, without moving. */
  async refresh(): Promise<void> {
    if (this.shown && this.shown.alarmId === this.alarmId()) await this.draw(this.shown.what, false);
  }

  private async toggle(what: Shown): Promise<void> {
    if (this.shown?.what === what) return this.clear();
    await this.draw(what, true);
  }

  private async draw(what: Shown, move: boolean): Promise<void> {
    const id = this.alarmId();
    const view = this.view();
    if (!id || !view) return;
    try {
      const outlook = await getJson<Outlook | null>(`${this.alarmsUrl}/${id}/next`);
      if (this.alarmId() !== id || !outlook) return;
      this.shown = { alarmId: id, what };
      const bounds = view.showNext(outlook, what);
      if (bounds && move) view.fit(bounds);
      this.mark();
    } catch {
      announce(text("failed"), "error");
    }
  }

  private mark(): void {
    const legend = document.querySelector<HTMLElement>(".legend");
    legend?.classList.toggle("with-next", this.shown?.what === "risks");
    legend?.classList.toggle("with-plan", this.shown !== null && this.shown.what !== "risks");
    for (const button of this.box.querySelectorAll<HTMLElement>("[data-show-next], [data-show-plan]")) {
      button.setAttribute("aria-pressed", String(this.shown?.what === (button.dataset.showPlan ?? "risks")));
    }
  }
}
