/** One live stream per browser, shared by its tabs.
 *
 * The tab that holds the lock "tocsin-live" opens the stream and tells the others over a broadcast channel; when it closes, the
 * next tab takes over and goes on after the last event. Without locks (a page that is not served securely) each tab has its own.
 */
import type { Alarm } from "./types";

export interface LiveEvents {
  alarm: Alarm;
  diagnosis: { alarm_id: string };
  early_sign: { early_sign_id: string };
  /** Something happened of which a page may ask more: `command.NoticesWritten` … */
  news: { name: string };
  /** Something happened to these cases: `command.OrderEntered` … */
  case: { name: string; case_ids: string[] };
  /** Doors of a silent town were given out or knocked at. */
  doors: { warning_id: string; round_id: string };
  /** A public warning holds, or holds no longer; a warning of another service came, changed or is over. */
  public_warning: { warning_id: string };
  incoming_warning: { warning_id: string };
  readings: [index: number, ts: number, value: number][];
  health: [index: number, health: string][];
  time: { now: string; speed: number };
  /** So much was missed that lists must be loaded anew. */
  reset: Record<string, never>;
  /** The stream itself: open, or lost since when (browser's time). */
  connection: { open: boolean };
}

type Name = keyof LiveEvents;
type Message = { [N in Name]: { name: N; data: LiveEvents[N] } }[Name];

const NAMES = [
  "alarm",
  "diagnosis",
  "early_sign",
  "news",
  "case",
  "doors",
  "public_warning",
  "incoming_warning",
  "readings",
  "health",
  "time",
  "reset",
] as const;
const QUIET_S = 8; // a `time` event comes every second: after this long without any, what is shown is stale

export class Live {
  private readonly listeners = new EventTarget();
  private readonly channel = "BroadcastChannel" in window ? new BroadcastChannel("tocsin-live") : null;
  private heardAt = performance.now();
  private open = true;

  constructor(private readonly url: string) {
    this.channel?.addEventListener("message", (event: MessageEvent<Message>) => this.deliver(event.data));
    if (navigator.locks && this.channel) void navigator.locks.request("tocsin-live", () => this.lead());
    else void this.lead();
    setInterval(() => this.watch(), 1000);
  }

  on<N extends Name>(name: N, listener: (data: LiveEvents[N]) => void): void {
    this.listeners.addEventListener(name, (event) => listener((event as CustomEvent<LiveEvents[N]>).detail));
  }

  /** Opens the stream and never returns: the lock is held until this tab is gone. EventSource connects anew by itself. */
  private lead(): Promise<never> {
    let source: EventSource;
    const connect = (): void => {
      source = new EventSource(this.url);
      for (const name of NAMES) {
        source.addEventListener(name, (event: MessageEvent<string>) => {
          const message = { name, data: JSON.parse(event.data) } as Message;
          this.deliver(message);
          this.channel?.postMessage(message);
        });
      }
      source.addEventListener("error", () => {
        if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000); // refused, not cut: try later
      });
    };
    connect();
    return new Promise(() => undefined);
  }

  private deliver(message: Message): void {
    this.heardAt = performance.now();
    this.dispatch(message.name, message.data);
    if (!this.open) this.tell(true);
  }

  private watch(): void {
    if (this.open && performance.now() - this.heardAt > QUIET_S * 1000) this.tell(false);
  }

  private tell(open: boolean): void {
    this.open = open;
    this.dispatch("connection", { open });
  }

  private dispatch(name: Name, detail: unknown): void {
    this.listeners.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
