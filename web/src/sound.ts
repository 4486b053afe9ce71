/** A bell for new alarms of the two upper levels, until they are confirmed.
 *
 * Browsers keep a page silent until somebody has touched it: while that is so, `#sound-warning` is shown, and pressing it (or any
 * first touch of the page) wakes the sound. `#sound-switch` mutes on purpose; that is shown as well, and kept for this browser.
 */
import type { Alarms } from "./alarms";
import type { Alarm } from "./types";

const RED = 4;
const EVERY_MS = 4000;
const TONES = [
  { ratio: 1, loudness: 0.16 },
  { ratio: 2.4, loudness: 0.05 },
];
const STROKES = [
  { delay: 0, pitch: 660 },
  { delay: 0.3, pitch: 550 },
];
const STROKES_OF_RED = [
  { delay: 0, pitch: 880 },
  { delay: 0.22, pitch: 660 },
  { delay: 0.44, pitch: 880 },
];

export class Bell {
  private context: AudioContext | null = null;
  private muted = localStorage.getItem("tocsin-muted") === "1";
  private readonly warning = document.querySelector<HTMLElement>("#sound-warning")!;
  private readonly button = document.querySelector<HTMLButtonElement>("#sound-switch")!;

  constructor(private readonly alarms: Alarms) {
    this.button.addEventListener("click", () => {
      this.muted = !this.muted;
      localStorage.setItem("tocsin-muted", this.muted ? "1" : "0");
      this.show();
    });
    this.warning.addEventListener("click", () => void this.wake());
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, () => void this.wake(), { once: true });
    alarms.addEventListener("change", () => this.show());
    setInterval(() => this.ring(), EVERY_MS);
    this.show();
  }

  /** Rings at once for a new or raised alarm, without waiting for the next stroke. */
  announce(alarm: Alarm): void {
    if (alarm.rings) this.ring();
  }

  private async wake(): Promise<void> {
    this.context ??= new AudioContext();
    await this.context.resume();
    this.show();
  }

  private ring(): void {
    const calling = [...this.alarms.byId.values()].filter((alarm) => alarm.rings);
    if (!calling.length || this.muted || this.context?.state !== "running") return;
    const strokes = calling.some((alarm) => alarm.level >= RED) ? STROKES_OF_RED : STROKES;
    for (const { delay, pitch } of strokes) this.stroke(this.context, delay, pitch);
  }

  /** One stroke of a bell: a tone and its minor third above, dying away. */
  private stroke(context: AudioContext, delay: number, pitch: number): void {
    const at = context.currentTime + delay;
    for (const { ratio, loudness } of TONES) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = pitch * ratio;
      volume.gain.setValueAtTime(loudness, at);
      volume.gain.exponentialRampToValueAtTime(0.0005, at + 0.9);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.95);
    }
  }

  private show(): void {
    const calling = [...this.alarms.byId.values()].some((alarm) => alarm.rings);
    this.button.setAttribute("aria-pressed", String(!this.muted));
    this.button.classList.toggle("muted-sound", this.muted);
    this.warning.hidden = !(calling && (this.muted || this.context?.state !== "running"));
    this.warning.dataset.reason = this.muted ? "muted" : "blocked";
  }
}
