// A code that the camera sees, read inside the page where the browser reads codes itself (BarcodeDetector).
import { text } from "../texts";
import { element } from "./element";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

const LOOK_MS = 250;

export function canScan(): boolean {
  return "BarcodeDetector" in window && !!navigator.mediaDevices;
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
  dialog.addEventListener("close", () => {
    stream?.getTracks().forEach((track) => track.stop());
    dialog.remove();
  });
  dialog.showModal();
  const detector = new (window as unknown as { BarcodeDetector: DetectorClass }).BarcodeDetector({ formats: ["qr_code"] });
  const look = async (): Promise<void> => {
    if (!dialog.isConnected) return;
    const codes = await detector.detect(video).catch(() => []);
    const meant = codes.map((code) => read(code.rawValue)).find((one) => one !== undefined);
    if (meant !== undefined) {
      dialog.close();
      found(meant);
      return;
    }
    if (codes.length) words.textContent = text("scan_unknown");
    setTimeout(() => void look(), LOOK_MS);
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
