// The catalogue of every custom error, docs/ERRORS.md, from the ABI and the NatSpec that the compiler read:
//
//   node script/errors.mjs           writes it
//   node script/errors.mjs --check   says what is missing or out of date, and fails then
//
// Run after `node script/build.mjs`. An error without `@notice` is named by both, and fails the check.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./steps.mjs";

// solc itself hashes with it, so it is always there.
const { keccak256 } = createRequire(createRequire(import.meta.url).resolve("solc"))("js-sha3");

const page = join(root, "..", "docs", "ERRORS.md");

/** Names of the contracts and interfaces whose source is in src/. */
function contracts() {
  const found = [];
  for (const entry of readdirSync(join(root, "src"), { recursive: true })) {
    if (!entry.endsWith(".sol")) continue;
    const name = entry.split("/").pop().slice(0, -4);
    const file = join(root, "out", `${name}.sol`, `${name}.json`);
    if (existsSync(file)) found.push({ name, artifact: JSON.parse(readFileSync(file, "utf8")) });
  }
  return found;
}

function typeOf(input) {
  if (!input.type.startsWith("tuple")) return input.type;
  return `(${input.components.map(typeOf).join(",")})${input.type.slice("tuple".length)}`;
}

/** signature → { shown, selector, meaning, by } */
function errors() {
  const all = new Map();
  for (const { name, artifact } of contracts()) {
    const { userdoc, devdoc } = JSON.parse(artifact.rawMetadata).output;
    for (const entry of artifact.abi.filter((each) => each.type === "error")) {
      const signature = `${entry.name}(${entry.inputs.map(typeOf).join(",")})`;
      const words = entry.inputs.map((input) => `${shortType(input)} ${input.name}`.trim());
      const one = all.get(signature) ?? {
        shown: `${entry.name}(${words.join(", ")})`,
        selector: "0x" + keccak256(signature).slice(0, 8),
        meanings: new Set(),
        by: new Set(),
      };
      // OpenZeppelin's own errors say what they mean under @dev.
      for (const { notice } of userdoc.errors?.[signature] ?? []) one.meanings.add(oneLine(notice));
      if (one.meanings.size === 0) for (const { details } of devdoc.errors?.[signature] ?? []) one.meanings.add(oneLine(details));
      if (artifact.bytecode.object !== "0x") one.by.add(name);
      all.set(signature, one);
    }
  }
  return [...all.entries()].filter(([, one]) => one.by.size > 0).sort(([a], [b]) => (a < b ? -1 : 1));
}

function oneLine(words) {
  return words.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
}

/** An enum or struct by its own name. */
function shortType(input) {
  return (input.internalType ?? input.type).replace(/^(enum|struct|contract) /, "").replace(/^.*\./, "");
}

function text(found) {
  const lines = found.map(
    ([, one]) => `| \`${one.shown}\` | \`${one.selector}\` | ${[...one.meanings].join(" / ")} | ${[...one.by].sort().join(", ")} |`,
  );
  return `# Errors of the contracts

Every custom error that a contract of ours can end a call with, from the ABI and the sources (\`node contracts/script/errors.mjs\`
writes this page). \`got\` is what came, \`want\`, \`min\`, \`max\` what would have passed. A selector
that is not here comes from the token, from OpenZeppelin, or from a contract that was called back.

| error | selector | what it means | raised by |
| --- | --- | --- | --- |
${lines.join("\n")}
`;
}

const found = errors();
const silent = found.filter(([, one]) => one.meanings.size === 0 && [...one.by].some(isOurs)).map(([signature]) => signature);

/** Errors of libraries that we inherit have no line of ours to document. */
function isOurs(name) {
  return name !== "TestDollar";
}

if (silent.length > 0) {
  process.stderr.write(`${silent.length} errors without @notice in contracts/src: ${silent.join(" ")}\n`);
  if (process.argv[2] === "--check") process.exitCode = 1;
}
const wanted = text(found);
if (process.argv[2] !== "--check") writeFileSync(page, wanted);
else if (!existsSync(page) || readFileSync(page, "utf8") !== wanted) {
  process.stderr.write("docs/ERRORS.md is out of date: run `node contracts/script/errors.mjs`\n");
  process.exitCode = 1;
}
