// What a person entered and could not send stays on the device when they leave it, sealed: with a key that the server hands to this
// person alone and that leaves the device with them. Without crypto.subtle (plain HTTP) entries stay as they are, shown to nobody else.
import type { Waiting } from "./store";

/** The keys of one person, the first to seal with; the others opened what was sealed before the installation's key changed. */
export interface Keys {
  person_id: string;
  keys: CryptoKey[];
}

/** An entry that only its person's key opens. */
export interface Sealed {
  id: string;
  person_id: string;
  sequence: number;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

export const isSealed = (entry: Waiting | Sealed): entry is Sealed => "sealed" in entry;

/** The server's answer as keys that no script reads out again. */
export async function readKeys(person_id: string, told: readonly string[]): Promise<Keys> {
  const raw = told.map((key) => Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0)));
  const keys = raw.map((key) => crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]));
  return { person_id, keys: await Promise.all(keys) };
}

/** The whole entry, a photo's picture behind it. */
export async function seal(entry: Waiting, { keys }: Keys): Promise<Sealed> {
  const { picture, ...told } = entry;
  const words = new TextEncoder().encode(JSON.stringify({ ...told, picture_type: picture?.type }));
  const head = new Uint8Array(new Uint32Array([words.length]).buffer);
  const body = new Blob([head, words, picture ?? ""]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, keys[0]!, await body.arrayBuffer());
  return { id: entry.id, person_id: entry.person_id, sequence: entry.sequence, iv, sealed };
}

/** What was sealed; null where none of the keys opens it. */
export async function unseal<Entry extends Waiting>(entry: Sealed, { keys }: Keys): Promise<Entry | null> {
  for (const key of keys) {
    const body = await crypto.subtle.decrypt({ name: "AES-GCM", iv: entry.iv }, key, entry.sealed).catch(() => null);
    if (!body) continue;
    const length = new Uint32Array(body.slice(0, 4))[0]!;
    const { picture_type, ...told } = JSON.parse(new TextDecoder().decode(body.slice(4, 4 + length))) as Entry & {
      picture_type?: string;
    };
    const opened = told as unknown as Entry;
    if (picture_type !== undefined) opened.picture = new Blob([body.slice(4 + length)], { type: picture_type });
    return opened;
  }
  return null;
}
