import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { checkSign, hex, newSecret, plain, sha256, work } from "./secret";

test("a secret closes with its check sign, as the server counts it", () => {
  assert.equal(checkSign("000000000000001"), "B");
  const made = plain(newSecret());
  assert.equal(made.length, 16);
  assert.equal(checkSign(made.slice(0, 15)), made[15]);
});

test("SHA-256 is that of everybody else", () => {
  for (const text of ["", "abc", "隐患".repeat(100), "a".repeat(55), "a".repeat(56), "a".repeat(64)])
    assert.equal(hex(sha256(text)), createHash("sha256").update(text).digest("hex"), text.slice(0, 9));
});

test("the work begins with zero bits", async () => {
  const nonce = await work("id", "content", 8);
  assert.equal(createHash("sha256").update(`id.content.${nonce}`).digest()[0], 0);
});
