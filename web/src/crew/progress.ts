// How far an order has got: what the server knows of it, and what was entered on this device and waits to be sent.
import type { Order, Queued } from "./store";

/** What was entered for this order and is on its way. */
export function waitingFor(order: Order, queue: Queued[]): Queued[] {
  return queue.filter((entry) => entry.order_id === order.id && !entry.refused);
}

/** The steps behind the crew: the server has them, or they or a later one wait to be sent. */
export function stepsBehind(order: Order, waiting: Queued[]): string[] {
  const names = order.steps.map((step) => step.act);
  const furthest = Math.max(-1, ...waiting.map((entry) => names.indexOf(entry.act)));
  return order.steps.filter((step, at) => step.done || at <= furthest).map((step) => step.act);
}

/** The furthest step behind the crew; empty before the first. */
export function stepReached(order: Order, waiting: Queued[]): string {
  return stepsBehind(order, waiting).at(-1) ?? "";
}

/** The state in words: the server's, or the step that waits to be sent. */
export function stateWords(order: Order, waiting: Queued[]): string {
  const ahead = waiting.some((entry) => order.steps.some((step) => step.act === entry.act));
  const reached = stepReached(order, waiting);
  return (ahead && order.steps.find((step) => step.act === reached)?.name) || order.state_name;
}
