// A delivery as the phones of keepers and drivers know it, and what was entered for it.
import type { PhoneDeliveryOut, SupplyDeliveryLineOut } from "../../generated/api";
import type { Place } from "../field/dialog";
import type { Waiting } from "../field/store";

export type Delivery = PhoneDeliveryOut;
export type Line = SupplyDeliveryLineOut;

/** What a step says. `counts`: line of the delivery -> thousandths of its unit. */
export interface Said {
  text?: string;
  counts?: Record<string, number>;
  code?: string;
  driver?: string;
  telephone?: string;
  vehicle?: string;
}

/** What waits to be sent for a delivery. */
export type Queued = Pick<Waiting, "act" | "data">;

/** Keeps a step; a picture is a photo's, `late` the place, which a device tells late. */
export type Enter = (act: string, said: Said, picture?: File, late?: Promise<Place>) => Promise<void>;
