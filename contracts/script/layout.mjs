// Where every contract keeps what: `node script/layout.mjs [check|write]`, against storage-layout.json. Called by check.mjs.
//
// Nothing of ours is upgraded in place, so a layout may change from one generation to the next; but not unseen. Tools
// that read slots, tests that copy a contract to another address, and whoever would put a proxy before one, rely on it.
// Only the compiler's analysis runs: no bytecode, some seconds.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { installPackages, root } from "./steps.mjs";

const SNAPSHOT = join(root, "storage-layout.json");
const OPENZEPPELIN = "@openzeppelin/contracts/";

const mode = process.argv[2] ?? "check";
if (!["check", "write"].includes(mode) || process.argv.length > 3) {
  process.stderr.write(`layout.mjs: got "${process.argv.slice(2).join(" ")}", want check or write\n`);
  process.exit(2);
}

/** The compiler's answer for all of src/. */
function compile() {
  const files = readdirSync(join(root, "src"), { recursive: true })
    .map((file) => join("src", file).replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".sol"))
    .sort();
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((file) => [file, { content: read(file) }])),
    settings: { evmVersion: "osaka", outputSelection: { "*": { "*": ["storageLayout"], "": ["ast"] } } },
  };
  const solc = createRequire(join(root, "package.json"))("solc");
  const find = (path) => {
    const file = path.startsWith(OPENZEPPELIN) ? join("node_modules", path) : path;
    return existsSync(join(root, file)) ? { contents: read(file) } : { error: `no file ${path}` };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: find }));
  const errors = (output.errors ?? []).filter((each) => each.severity === "error");
  if (errors.length > 0) fail(errors.map((each) => each.formattedMessage).join("\n"));
  return output;
}

function read(file) {
  return readFileSync(join(root, file), "utf8");
}

/** {contract: ["slot 0 byte 0: name, type of 20 bytes", …]}, for those of ours that store anything. */
function layouts({ contracts, sources }) {
  const found = {};
  for (const file of Object.keys(contracts).filter((each) => each.startsWith("src/")).sort()) {
    const abstract = new Set(sources[file].ast.nodes.filter((node) => node.abstract).map((node) => node.name));
    for (const [name, { storageLayout }] of Object.entries(contracts[file]).sort()) {
      if (storageLayout.storage.length === 0 || abstract.has(name)) continue;
      found[name] = storageLayout.storage.flatMap((each) => linesOf(each, storageLayout.types, ""));
    }
  }
  return found;
}

/** A variable, and below it the members of its struct, whichever way they are reached (mappings, arrays). */
function linesOf({ label, slot, offset, type }, types, indent) {
  const { numberOfBytes, members, value, base } = types[type];
  const line = `${indent}slot ${slot} byte ${offset}: ${label}, ${readable(type)}, ${numberOfBytes} bytes`;
  let inner = members ? type : (value ?? base);
  while (inner && !types[inner].members && (types[inner].value ?? types[inner].base)) inner = types[inner].value ?? types[inner].base;
  const below = (inner && types[inner].members) || [];
  return [line, ...below.flatMap((each) => linesOf(each, types, indent + "  "))];
}

/** Types without the compiler's numbers of syntax tree nodes, which change with every line of code. */
function readable(type) {
  return type.replaceAll(/\)\d+/g, ")");
}

function fail(sentence) {
  process.stderr.write(sentence + "\n");
  process.exit(1);
}

/** One line for every difference, or none. */
function differences(got, want) {
  const lines = [];
  for (const name of new Set([...Object.keys(want), ...Object.keys(got)])) {
    const before = want[name] ?? [];
    const now = got[name] ?? [];
    for (let i = 0; i < Math.max(before.length, now.length); i++) {
      if (before[i] !== now[i]) lines.push(`${name}: got "${now[i] ?? "nothing"}", want "${before[i] ?? "nothing"}"`);
    }
  }
  return lines;
}

installPackages();
const got = layouts(compile());
if (mode === "write") {
  writeFileSync(SNAPSHOT, JSON.stringify(got, null, 2) + "\n");
} else {
  const lines = differences(got, existsSync(SNAPSHOT) ? JSON.parse(readFileSync(SNAPSHOT, "utf8")) : {});
  if (lines.length > 0) {
    fail(`storage-layout.json is not the storage of src/. If the change is meant: node script/layout.mjs write\n${lines.join("\n")}`);
  }
}
