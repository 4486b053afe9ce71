// What the page of store keepers knows: open stock-takes with their lots, gear that is due, and what was entered for them.
import type { KeeperDataIn, KeeperEntryIn, KeeperGearOut, KeeperLineOut, KeeperOut, KeeperTakeOut } from "../../generated/api";
import type { Waiting } from "../field/store";
import type { Wires } from "../field/sync";

export type Keeper = KeeperOut;
export type Take = KeeperTakeOut;
export type Line = KeeperLineOut;
export type Gear = KeeperGearOut;
export type Data = Partial<Record<keyof KeeperDataIn, string | number | Record<string, number> | null>>;

/** An entry that waits, or was refused for a reason. */
export interface Queued extends Waiting, Pick<KeeperEntryIn, "work" | "work_id"> {
  data: Data;
}

/** Where the page reads, and where it writes. */
export function wiresOf(api: string): Wires<Queued> {
  const photos = (entry: Queued): string => `${api}keeper/photos?${entry.work}_id=${entry.work_id}`;
  return { name: "keeper", page: `${api}keeper`, entries: `${api}keeper/entries`, photos, seal: "seal.json" };
}
