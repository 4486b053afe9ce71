// A code that the camera sees, or a tag that is held to the phone, read inside the page where the browser reads them itself
// (BarcodeDetector, Web NFC).
import { text } from "../texts";
import { element } from "./element";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

interface TagReader {
  scan(options: { signal: AbortSignal }): Promise<void>;
  onreading: ((event: { message: { records: { recordType: string; data?: DataView }[] } }) => void) | null;
}
type TagReaderClass = new () => TagReader;

const LOOK_MS = 250;
const TOLD_BY_TAGS = ["url", "absolute-url", "text"];

const hasCamera = (): boolean => "BarcodeDetector" in window && !!navigator.mediaDevices;
const readsTags = (): boolean => "NDEFReader" in window;

export function canScan(): boolean {
  return hasCamera() || readsTags();
}

/** Calls `found` with each text or address on a tag that is held to the phone, until the signal. Without leave to read tags nothing comes. */
function readTags(found: (said: string) => void, signal: AbortSignal): void {
  const reader = new (window as unknown as { NDEFReader: TagReaderClass }).NDEFReader();
  reader.onreading = ({ message }) => {
    for (const { recordType, data } of message.records)
      if (data && TOLD_BY_TAGS.includes(recordType)) found(new TextDecoder().decode(data));
  };
  reader.scan({ signal }).catch(() => undefined);
}

/** Shows what the camera sees until a code is in it that means something: `read` says what. */
export function scanFor<Meant>(read: (said: string) => Meant | undefined, found: (one: Meant) => void): void {
  const video = element("video", { playsinline: true, muted: true, class: "field-scan" });
  const words = element("p", { class: "muted", role: "status" }, text("scan_hint"));
  const dialog = element("dialog", { class: "crew-dialog", "aria-label": text("scan") });
  const cancel = element("button", { class: "button", type: "button", onclick: () => dialog.close() }, text("cancel"));
  dialog.append(element("h2", {}, text("scan")), video, words, cancel);
  document.body.append(dialog);
  let stream: MediaStream | undefined;
  const over = new AbortController();
  dialog.addEventListener("close", () => {
    over.abort();
    stream?.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  dialog.showModal();
  const take = (said: string[]): boolean => {
    const meant = said.map(read).find((one) => one !== undefined);
    if (meant === undefined || !dialog.isConnected) {
      if (said.length) words.textContent = text("scan_unknown");
      return false;
    }
    dialog.close();
    found(meant);
    return true;
  };
  if (readsTags()) readTags((said) => take([said]), over.signal);
  if (!hasCamera()) {
    video.remove();
    return;
  }
  const detector = new (window as unknown as { BarcodeDetector: DetectorClass }).BarcodeDetector({ formats: ["qr_code"] });
  const look = async (): Promise<void> => {
    if (!dialog.isConnected) return;
    const codes = await detector.detect(video).catch(() => []);
    if (!take(codes.map((code) => code.rawValue))) setTimeout(() => void look(), LOOK_MS);
  };
  navigator.mediaDevices
    .getUserMedia({ video: { facingMode: "environment" } })
    .then(async (opened) => {
      stream = opened;
      video.srcObject = opened;
      await video.play();
      await look();
    })
    .catch(() => (words.textContent = text("scan_denied")));
}
