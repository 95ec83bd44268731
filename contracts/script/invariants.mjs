// Whether docs/INVARIANTS.md and the tests say the same: `node script/invariants.mjs`. Fails when
//
//   - the page names a test file or a test that does not exist;
//   - a test named `invariant_…` is not on the page;
//   - a proof of concept (test/poc) is not in the table of docs/PROOFS.md, or that table names one that does not exist.
//
// A test is named as `file: name` or by its name alone; `…rest` means that a name ends so; `prefix_*` that it begins so.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.mjs";

const files = readdirSync(join(root, "test"), { recursive: true }).filter((name) => name.endsWith(".sol"));
const namesOf = (file) => [...readFileSync(join(root, "test", file), "utf8").matchAll(/function ((?:test|invariant_|afterInvariant)\w*)\(/g)].map(([, name]) => name);
const tests = new Map(files.map((file) => [file, namesOf(file)]));
const all = new Set([...tests.values()].flat());
const page = (name) => readFileSync(join(root, "..", "docs", name), "utf8");
const red = [];

function check(name, text) {
  for (const [, word] of text.matchAll(/`((?:unit|fuzz|poc|invariant|vectors)\/[\w*]+\.t\.sol)[:`]/g)) {
    if (!word.includes("*") && !tests.has(word)) red.push(`${name}: there is no test/${word}`);
  }
  for (const [, word] of text.matchAll(/\b((?:test|testFuzz|invariant)_\w+\*?)/g)) {
    const found = word.endsWith("*") || text.includes(`${word}*`) ? [...all].some((each) => each.startsWith(word.replace(/\*$/, ""))) : all.has(word);
    if (!found) red.push(`${name}: no test is called ${word}`);
  }
  for (const [, word] of text.matchAll(/…(\w{6,})/g)) {
    if (![...all].some((each) => each.endsWith(word))) red.push(`${name}: no test's name ends with ${word}`);
  }
}

const invariants = page("INVARIANTS.md");
const proofs = page("PROOFS.md");
check("INVARIANTS.md", invariants);
check("PROOFS.md", proofs);
for (const test of all) {
  if (test.startsWith("invariant_") && !invariants.includes(test)) red.push(`INVARIANTS.md does not name ${test}`);
  if (test.startsWith("test_poc_") && !proofs.includes(test)) red.push(`PROOFS.md does not name ${test}`);
}
if (red.length > 0) {
  process.stderr.write(red.join("\n") + "\n");
  process.exitCode = 1;
} else process.stdout.write(`${[...all].filter((each) => each.startsWith("invariant_")).length} invariants and ${[...all].filter((each) => each.startsWith("test_poc_")).length} proofs of concept are on their pages\n`);
