/** The bell of notices in the frame: how many wait, and a ring for urgent ones until they are read or signed.
 *
 * <a href="/notices/" data-notices="/notices/waiting/" data-live="/live/ or empty">
 *   <span data-count hidden></span><span data-silent hidden>sound is off</span>
 * </a>
 *
 * It asks when the live stream has news, when the page is looked at again, and every half minute besides: the stream may be cut.
 * Elements with `data-refresh-notices` (the inbox, what nobody could be told on the console, calls at the desk) are loaded anew. What is muted on the console is muted here; a bell that
 * should ring and can't, since the browser waits for a gesture or it is muted, says so.
 */
import { Live } from "./live";

const ASK_MS = 30_000;
const RING_MS = 5_000;
const SETTLE_MS = 400; // several notices of one case come together

interface Waiting {
  waiting: number;
  urgent: number;
  untold: number;
  to_call: number;
  urgent_calls: number;
}

export function watchNotices(): void {
  const bell = document.querySelector<HTMLElement>("[data-notices]");
  if (bell) new NoticeBell(bell);
}

/** How many ring: what is urgent and unread, what nobody could be told, and what somebody has to dial at once. */
function urgentOf(state: Waiting): number {
  return state.urgent + state.untold + state.urgent_calls;
}

function isWrittenIn(part: Element): boolean {
  return part.contains(document.activeElement) || part.querySelector("details.call[open]") !== null;
}

/** An answer that comes while somebody has begun to write is too late. */
function leaveWhatIsWritten(event: Event): void {
  const part = (event.target as Element).closest("[data-refresh-notices]");
  if (part && isWrittenIn(part)) (event as CustomEvent<{ shouldSwap: boolean }>).detail.shouldSwap = false;
}

class NoticeBell {
  private state: Waiting = { waiting: 0, urgent: 0, untold: 0, to_call: 0, urgent_calls: 0 };
  private context: AudioContext | null = null;
  private soon: number | undefined;
  private readonly count: HTMLElement;
  private readonly silent: HTMLElement;

  constructor(private readonly bell: HTMLElement) {
    this.count = bell.querySelector<HTMLElement>("[data-count]")!;
    this.silent = bell.querySelector<HTMLElement>("[data-silent]")!;
    if (bell.dataset.live) {
      const live = new Live(bell.dataset.live);
      live.on("news", () => this.askSoon());
      live.on("reset", () => this.askSoon());
    }
    for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, () => void this.wake(), { once: true });
    document.body.addEventListener("htmx:beforeSwap", leaveWhatIsWritten);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.askSoon());
    setInterval(() => void this.ask(), ASK_MS);
    setInterval(() => this.ring(), RING_MS);
    void this.ask();
  }

  private askSoon(): void {
    clearTimeout(this.soon);
    this.soon = window.setTimeout(() => void this.ask(), SETTLE_MS);
  }

  private async ask(): Promise<void> {
    let answer: Response;
    try {
      answer = await fetch(this.bell.dataset.notices!, { headers: { Accept: "application/json" }, redirect: "error" });
    } catch {
      return; // no connection now: the next time
    }
    if (!answer.ok) return;
    const before = this.state;
    this.state = (await answer.json()) as Waiting;
    this.show();
    const changed = JSON.stringify(before) !== JSON.stringify(this.state);
    if (changed) this.refresh();
    if (urgentOf(this.state) > urgentOf(before)) this.ring();
  }

  /** Parts that tell of notices are loaded anew, but for one in which somebody writes. */
  private refresh(): void {
    for (const part of document.querySelectorAll<HTMLElement>("[data-refresh-notices]"))
      if (!isWrittenIn(part)) part.dispatchEvent(new Event("refresh"));
  }

  private show(): void {
    const total = this.state.waiting + this.state.untold + this.state.to_call;
    this.count.hidden = total === 0;
    this.count.textContent = total > 99 ? "99+" : String(total);
    this.bell.classList.toggle("calling", this.calling);
    this.silent.hidden = !this.calling || this.audible;
  }

  private get calling(): boolean {
    return urgentOf(this.state) > 0;
  }

  private get audible(): boolean {
    return this.context?.state === "running" && localStorage.getItem("tocsin-muted") !== "1";
  }

  private async wake(): Promise<void> {
    this.context ??= new AudioContext();
    await this.context.resume();
    this.show();
  }

  private ring(): void {
    this.show();
    const context = this.context;
    if (!context || !this.calling || !this.audible) return;
    for (const [delay, pitch] of [
      [0, 740],
      [0.18, 988],
    ] as const) {
      const at = context.currentTime + delay;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.12, at);
      volume.gain.exponentialRampToValueAtTime(0.0005, at + 0.6);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.65);
    }
  }
}
