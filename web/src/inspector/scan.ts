// The sign of an object, scanned inside the page where the browser reads codes itself (BarcodeDetector); elsewhere one types its code.
import { scanFor } from "../field/scan";
import type { Inspector } from "./types";

type Known = Inspector["objects"][number];

/** The object whose sign or screen says this: its token names the issue of the sign (s) or the object itself (c). */
export function objectOf(objects: Known[], said: string): Known | undefined {
  const [, kind, name] = /\/q\/([sc])([A-Za-z0-9_-]{22})/.exec(said) ?? [];
  if (!name) return objects.find((one) => one.code === said.trim());
  const id = idOf(name);
  return objects.find((one) => (kind === "s" ? one.sign_id : one.id) === id);
}

/** Shows what the camera sees until a code of a known object is in it. */
export function scan(objects: Known[], found: (one: Known) => void): void {
  scanFor((said) => objectOf(objects, said), found);
}

/** The UUID that stands in a token as 22 characters. */
function idOf(name: string): string {
  const bytes = atob(name.replaceAll("-", "+").replaceAll("_", "/") + "==");
  const hex = [...bytes].map((one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
