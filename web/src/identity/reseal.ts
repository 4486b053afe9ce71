// An officer's station seals anew what stands under a replaced key: it opens the lock keys with the old private key, which stays
// here, and hands each lock key to the server, which proves it and seals it to the new key (docs/hazard-reports.md).
import { Decrypter } from "age-encryption";

/** One thing of the list. */
export interface Item {
  item: string;
  lock_key: string;
}

/** What the server says of one lock key. */
export interface Resealed {
  item: string;
  verdict: "sealed" | "already" | "wrong" | "stale" | "gone";
  words: string;
}

/** The server's two addresses: the list behind an item, and where lock keys are handed in. */
export interface Server {
  list(after: string): Promise<Item[]>;
  hand(locks: { item: string; secret: string }[]): Promise<{ resealed: Resealed[]; left: number }>;
}

/** How far it came. `refused`: by the server; `closed`: what the private key did not open. */
export interface Progress {
  done: number;
  left: number;
  closed: number;
  refused: Resealed[];
}

/** The private keys of a file as `tocsin keys identity` or `age-keygen` writes it. */
export function privateKeys(file: string): string[] {
  const lines = file.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}$/i.test(line));
}

async function opened(lockKey: string, decrypter: Decrypter): Promise<string | null> {
  const sealed = Uint8Array.from(atob(lockKey), (sign) => sign.charCodeAt(0));
  return decrypter.decrypt(sealed, "text").then(
    (secret) => secret.trim(),
    () => null,
  );
}

/** Goes through the list once, a step at a time; each step that the server has answered stays done whatever comes after it. */
export async function reseal(server: Server, keys: string[], told: (progress: Progress) => void): Promise<Progress> {
  const decrypter = new Decrypter();
  for (const key of keys) decrypter.addIdentity(key);
  const progress: Progress = { done: 0, left: -1, closed: 0, refused: [] };
  for (let after = ""; ;) {
    const items = await server.list(after);
    if (!items.length) return progress;
    after = items.at(-1)!.item;
    const secrets = await Promise.all(
      items.map(async ({ item, lock_key }) => ({ item, secret: await opened(lock_key, decrypter) })),
    );
    const locks = secrets.flatMap(({ item, secret }) => (secret === null ? [] : [{ item, secret }]));
    progress.closed += items.length - locks.length;
    if (locks.length) {
      const answer = await server.hand(locks);
      const refused = answer.resealed.filter((one) => one.verdict === "wrong" || one.verdict === "stale");
      progress.done += answer.resealed.length - refused.length;
      progress.refused.push(...refused);
      progress.left = answer.left;
    }
    told(progress);
  }
}
