// The catalogue of every custom error, docs/ERRORS.md, from the ABI and the NatSpec that the compiler read:
//
//   node script/errors.mjs           writes it
//   node script/errors.mjs --check   says what is missing or out of date, and fails then
//
// Run after `node script/build.mjs`. An error without `@notice`, or that nothing raises, is named by both, and fails
// the check.
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

/** What OpenZeppelin's sources leave unsaid. */
const FOREIGN = {
  "InvalidShortString()": "OpenZeppelin: a short string that is none; cannot happen with the names that we give.",
  "StringTooLong(string)": "OpenZeppelin: a name or version of an EIP-712 domain does not fit; cannot happen with ours.",
};

/** Errors of src/ whose declaration has no words of its own, or that no line raises: "IJobBook.sol:57 NotSettlement". */
function undocumented() {
  const files = readdirSync(join(root, "src"), { recursive: true }).filter((entry) => entry.endsWith(".sol"));
  const texts = files.map((entry) => readFileSync(join(root, "src", entry), "utf8"));
  const all = texts.join("\n");
  const found = [];
  texts.forEach((text, k) => {
    const lines = text.split("\n");
    lines.forEach((line, i) => {
      const name = /^\s*error (\w+)\(/.exec(line)?.[1];
      if (!name) return;
      if (!lines[i - 1].trim().startsWith("///")) found.push(`${files[k]}:${i + 1} ${name} has no @notice`);
      if (!new RegExp(`(revert |\\.)${name}\\b`).test(all)) found.push(`${files[k]}:${i + 1} ${name} is never raised`);
    });
  });
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
      if (one.meanings.size === 0 && signature in FOREIGN) one.meanings.add(FOREIGN[signature]);
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
const silent = [...undocumented(), ...found.filter(([, one]) => one.meanings.size === 0).map(([signature]) => `${signature} has no meaning`)];
if (silent.length > 0) {
  process.stderr.write(`${silent.join("\n")}\nevery error of contracts/src says in a line above it what happened and what to do\n`);
  if (process.argv[2] === "--check") process.exitCode = 1;
}
const wanted = text(found);
if (process.argv[2] !== "--check") writeFileSync(page, wanted);
else if (!existsSync(page) || readFileSync(page, "utf8") !== wanted) {
  process.stderr.write("docs/ERRORS.md is out of date: run `node contracts/script/errors.mjs`\n");
  process.exitCode = 1;
}
