/** The time slider: now, or any past moment. The span is chosen; the slider moves in it, the field beside it takes any moment.
 *
 * Times are the city's (`data-time-zone` of the clock in the frame), not those of the reader's machine.
 */
import { nowMs } from "../clock";
import { text } from "../texts";
import type { State } from "./state";
import { isoIn, momentIn } from "./zone";

const STEPS = 240;
const SETTLE_MS = 220;

export class Moment {
  private readonly slider: HTMLInputElement;
  private readonly field: HTMLInputElement;
  private readonly words: HTMLElement;
  private readonly zone: string;
  private spanH = 24;
  private waiting = 0;

  constructor(
    private readonly bar: HTMLElement,
    private readonly state: State,
  ) {
    this.slider = bar.querySelector("[data-slider]")!;
    this.field = bar.querySelector("[data-moment]")!;
    this.words = bar.querySelector("[data-words]")!;
    this.zone = document.querySelector<HTMLElement>("[data-time-zone]")?.dataset.timeZone ?? "Asia/Shanghai";
    this.slider.max = String(STEPS);
    this.slider.addEventListener("input", () => this.onSlide());
    this.field.addEventListener("change", () => this.onField());
    bar.querySelector("[data-now]")!.addEventListener("click", () => this.choose(null));
    for (const button of bar.querySelectorAll<HTMLButtonElement>("[data-span]"))
      button.addEventListener("click", () => this.setSpan(Number(button.dataset.span)));
    this.setSpan(24);
    this.show(state.at ? Date.parse(state.at) : null);
  }

  private setSpan(hours: number): void {
    this.spanH = hours;
    for (const button of this.bar.querySelectorAll<HTMLElement>("[data-span]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.span) === hours));
    this.show(this.state.at ? Date.parse(this.state.at) : null);
  }

  private onSlide(): void {
    const back = ((STEPS - Number(this.slider.value)) / STEPS) * this.spanH * 3_600_000;
    this.choose(back === 0 ? null : Math.round((nowMs() - back) / 60_000) * 60_000, true);
  }

  private onField(): void {
    const at = momentIn(this.field.value, this.zone);
    if (at !== null) this.choose(at > nowMs() ? null : at);
  }

  private choose(at: number | null, sliding = false): void {
    this.show(at, sliding);
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(
      () => this.state.setMoment(at === null ? "" : isoIn(at, this.zone)),
      sliding ? SETTLE_MS : 0,
    );
  }

  private show(at: number | null, sliding = false): void {
    this.bar.classList.toggle("past", at !== null);
    this.field.value = isoIn(at ?? nowMs(), this.zone).slice(0, 16);
    this.words.textContent = at === null ? text("map_now") : this.field.value.replace("T", " ");
    if (sliding) return;
    const part = at === null ? 1 : 1 - (nowMs() - at) / (this.spanH * 3_600_000);
    this.slider.value = String(Math.round(Math.max(0, Math.min(1, part)) * STEPS));
  }
}
