import assert from "node:assert/strict";
import { test } from "node:test";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { privateKeys, reseal, type Item, type Server } from "./reseal";

const KEY = await generateX25519Identity();

async function item(name: string, secret: string, key = KEY): Promise<Item> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(key));
  const sealed = await encrypter.encrypt(`${secret}\n`);
  return { item: name, lock_key: btoa(String.fromCharCode(...sealed)) };
}

function serverOf(items: Item[], handed: Map<string, string>, refuses = ""): Server {
  return {
    list: (after) => Promise.resolve(items.slice(items.findIndex((one) => one.item === after) + 1).slice(0, 2)),
    hand: (locks) => {
      const resealed = locks.map(({ item, secret }) => {
        const verdict = item === refuses ? ("wrong" as const) : ("sealed" as const);
        if (verdict === "sealed") handed.set(item, secret);
        return { item, verdict, words: verdict };
      });
      return Promise.resolve({ resealed, left: items.length - handed.size });
    },
  };
}

test("every lock key is opened here and handed in, in steps", async () => {
  const items = await Promise.all(["one", "two", "three"].map((name) => item(name, `secret of ${name}`)));
  const handed = new Map<string, string>();
  const steps: number[] = [];
  const { done, left, closed } = await reseal(serverOf(items, handed), [KEY], (now) => steps.push(now.done));
  assert.deepEqual({ done, left, closed, steps }, { done: 3, left: 0, closed: 0, steps: [2, 3] });
  assert.equal(handed.get("three"), "secret of three");
});

test("what the key does not open, and what the server refuses, does not stop the others", async () => {
  const other = await generateX25519Identity();
  const items = [await item("one", "a", other), await item("two", "b"), await item("three", "c"), await item("four", "d")];
  const { done, left, closed, refused } = await reseal(serverOf(items, new Map(), "three"), [KEY], () => undefined);
  assert.deepEqual(
    { done, left, closed, refused: refused.map((one) => one.item) },
    { done: 2, left: 2, closed: 1, refused: ["three"] },
  );
});

test("private keys are read from the file of the command line", () => {
  assert.deepEqual(privateKeys(`# public key: age1…\r\n${KEY}\r\n`), [KEY]);
  assert.deepEqual(privateKeys("age1qqqq\nnothing"), []);
});
