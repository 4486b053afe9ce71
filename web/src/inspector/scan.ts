// The sign of an object, scanned inside the page where the browser reads codes itself (BarcodeDetector); elsewhere one types its code.
import { element } from "../field/element";
import { text } from "../texts";
import type { Inspector } from "./types";

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;
type Known = Inspector["objects"][number];

const LOOK_MS = 250;

export function canScan(): boolean {
  return "BarcodeDetector" in window && !!navigator.mediaDevices;
}

/** The object whose sign or screen says this: its token names the issue of the sign (s) or the object itself (c). */
export function objectOf(objects: Known[], said: string): Known | undefined {
  const [, kind, name] = /\/q\/([sc])([A-Za-z0-9_-]{22})/.exec(said) ?? [];
  if (!name) return objects.find((one) => one.code === said.trim());
  const id = idOf(name);
  return objects.find((one) => (kind === "s" ? one.sign_id : one.id) === id);
}

/** Shows what the camera sees until a code of a known object is in it. */
export function scan(objects: Known[], found: (one: Known) => void): void {
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
    const known = codes.map((code) => objectOf(objects, code.rawValue)).find(Boolean);
    if (known) {
      dialog.close();
      found(known);
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

/** The UUID that stands in a token as 22 characters. */
function idOf(name: string): string {
  const bytes = atob(name.replaceAll("-", "+").replaceAll("_", "/") + "==");
  const hex = [...bytes].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
