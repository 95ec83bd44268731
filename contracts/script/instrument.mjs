// What coverage.mjs and mutate.mjs share: a copy of the contracts whose sources are changed before they are compiled.
// Both ask one compilation many questions, since a compilation costs a minute and a test run seconds.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./steps.mjs";

const solc = createRequire(import.meta.url)("solc");

const REMAPPINGS = ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"];

/** Sources that are judged: no interfaces, and no token that exists on development chains only. */
export function judged() {
  return solidity(root, "src").filter((path) => !path.startsWith("src/interfaces/") && !path.startsWith("src/devnet/"));
}

export function solidity(base, folder) {
  return readdirSync(join(base, folder), { recursive: true })
    .filter((name) => name.endsWith(".sol"))
    .map((name) => `${folder}/${name}`)
    .sort();
}

function standardJson(base, paths, stopAfter) {
  const sources = Object.fromEntries(paths.map((path) => [path, { content: readFileSync(join(base, path), "utf8") }]));
  const settings = { remappings: REMAPPINGS, evmVersion: "osaka", outputSelection: { "*": { "": ["ast"] } }, ...stopAfter };
  const open = (path) => (existsSync(join(base, path)) ? { contents: readFileSync(join(base, path), "utf8") } : { error: `no ${path}` });
  return JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings }), { import: open }));
}

/** Path → the compiler's syntax tree, whose offsets are of bytes. */
export function syntaxTrees(paths) {
  const output = standardJson(root, paths, { stopAfter: "parsing" });
  return Object.fromEntries(paths.map((path) => [path, output.sources[path].ast]));
}

/** The compiler's errors, without making code: { path, start, message }. */
export function compileErrors(base, paths) {
  const found = (standardJson(base, paths, {}).errors ?? []).filter(({ severity }) => severity === "error");
  return found.map((error) => ({ path: error.sourceLocation?.file, start: error.sourceLocation?.start ?? 0, message: error.message }));
}

/** [start, end) of a node, in bytes. */
export function span(node) {
  const [start, length] = node.src.split(":").map(Number);
  return [start, start + length];
}

export function lineAt(bytes, offset) {
  return bytes.subarray(0, offset).toString().split("\n").length;
}

/**
 * Replaces and inserts: edits are { start, end, text }, disjoint but for insertions (start = end). Of insertions at one
 * place the earlier in the list comes first.
 */
export function spliced(bytes, edits) {
  const sorted = edits.map((edit, k) => [edit, k]).sort(([a, i], [b, j]) => a.start - b.start || a.end - b.end || i - j);
  const parts = [];
  let at = 0;
  for (const [{ start, end, text }] of sorted) {
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

/**
 * A copy of everything that forge reads, with the packages linked, in which `pure` is `view`: what is put into the
 * sources looks at the block, or calls.
 */
export function makeCopy(name) {
  const copy = join(root, "out", name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const each of ["src", "test", "vectors", "foundry.toml", "solc", "package.json"]) {
    cpSync(join(root, each), join(copy, each), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const path of ["src", "test"].flatMap((folder) => solidity(copy, folder))) {
    const text = readFileSync(join(copy, path), "utf8");
    writeFileSync(join(copy, path), text.replace(/\bpure\b/g, "view"));
  }
  return copy;
}

/** Runs forge in the copy; contracts may be larger than a chain takes, and warnings are nobody's concern. */
export function forge(copy, args, environment = {}) {
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const program = join(root, "node_modules", "@foundry-rs", `forge-${process.platform}-${cpu}`, "bin", "forge");
  const env = { ...process.env, FOUNDRY_DENY: "never", FOUNDRY_CODE_SIZE_LIMIT: "1000000", ...environment };
  const { timeoutS, ...rest } = env;
  return spawnSync(program, args, { cwd: copy, encoding: "utf8", maxBuffer: 1 << 28, timeout: (timeoutS ?? 900) * 1_000, env: rest });
}

/** Words of the command line as { name: value }, for the names in `defaults`, typed like them. */
export function optionsOf(tool, words, defaults) {
  const read = { ...defaults };
  while (words.length > 0) {
    const name = words.shift().replace(/^--/, "");
    const value = words.shift();
    if (!(name in read) || value === undefined) {
      process.stderr.write(`${tool}: got --${name}, want ${Object.keys(defaults).map((each) => `--${each}`).join(", ")}, each with a value\n`);
      process.exit(2);
    }
    read[name] = typeof read[name] === "number" ? Number(value) : value;
  }
  return read;
}
