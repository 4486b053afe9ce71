/** Sightings decided by keys: C confirms the first of the queue, R rejects it, U goes to its reason, Z takes the last verdict back.
 *
 * <button data-key="c">Confirm</button>
 */
import { listenToKeys } from "./keys";
import "./vision.css";

const press = (key: string) => () => {
  const target = document.querySelector<HTMLElement>(`[data-key=${key}]`);
  if (target instanceof HTMLInputElement) target.focus();
  else target?.click();
};

listenToKeys({ c: press("c"), r: press("r"), u: press("u"), z: press("z") });
