// What coverage.mjs and mutate.mjs share: a copy of the contracts whose sources are changed before they are compiled.
// Both ask one compilation many questions, since a compilation costs a minute and a test run seconds.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./steps.mjs";

const solc = createRequire(import.meta.url)("solc");

const REMAPPINGS = ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"];

/** Sources that are judged: no interfaces, and no token that exists on development chains only. */
export function judged() {
  return solidity(root, "src").filter((path) => !path.startsWith("src/interfaces/") && !path.startsWith("src/devnet/"));
}

/** Whether a path is among those that `--only a,b` names by a part of theirs; "" names all. */
export function isChosen(path, only) {
  return only.split(",").some((part) => path.includes(part));
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
 * A copy of everything that forge reads, with OpenZeppelin. Forge's output comes along: what is not changed is not
 * compiled again.
 */
export function makeCopy(name) {
  const copy = join(root, "out", name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const each of ["src", "test", "vectors", "foundry.toml", "solc", "package.json", "cache"]) {
    if (existsSync(join(root, each))) cpSync(join(root, each), join(copy, each), { recursive: true });
  }
  mkdirSync(join(copy, "out"));
  for (const each of readdirSync(join(root, "out")).filter((entry) => entry.endsWith(".sol") || entry === "build-info")) {
    cpSync(join(root, "out", each), join(copy, "out", each), { recursive: true });
  }
  // Not a link: behind one, forge sees other files than those that it compiled. The solc wrapper finds its own further up.
  cpSync(join(root, "node_modules", "@openzeppelin"), join(copy, "node_modules", "@openzeppelin"), { recursive: true });
  return copy;
}

/**
 * What is put into the sources looks at the block, or calls, also where a function is `pure`: it does so through a
 * pointer whose type says otherwise. `on(n)`: whether this run is about mutant n. `seen`, `enter`: see coverage.mjs.
 */
const PROBE = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

library Probe {
    address private constant VM = address(uint160(uint256(keccak256("hevm cheat code"))));

    function on(uint256 id) internal pure returns (bool) {
        return _asPure(_isCoinbase)(id);
    }

    function seen(bytes32 path, bool outcome) internal pure returns (bool) {
        _asPureLeave(_leave)(outcome ? bytes32(uint256(path) + (1 << 160)) : path);
        return outcome;
    }

    function enter(bytes32 path) internal pure {
        _asPureLeave(_leave)(path);
    }

    function _isCoinbase(uint256 id) private view returns (bool) {
        return uint160(address(block.coinbase)) == id;
    }

    /// @dev writeFile(path, ""), as short as it can be: this stands at every branch. A path has twelve bytes.
    function _leave(bytes32 path) private view {
        address vm = VM;
        uint256 selector = 0x897e0a97 << 224;
        assembly ("memory-safe") {
            let place := mload(0x40)
            mstore(place, selector)
            mstore(add(place, 4), 64)
            mstore(add(place, 36), 128)
            mstore(add(place, 68), 12)
            mstore(add(place, 100), path)
            mstore(add(place, 132), 0)
            pop(staticcall(gas(), vm, place, 164, 0, 0))
        }
    }

    function _asPure(function(uint256) internal view returns (bool) f)
        private
        pure
        returns (function(uint256) internal pure returns (bool) g)
    {
        assembly { g := f }
    }

    function _asPureLeave(function(bytes32) internal view f)
        private
        pure
        returns (function(bytes32) internal pure g)
    {
        assembly { g := f }
    }
}
`;

/** Writes the probes, and the sources with their edits: { path → edits }, each file importing the probes. */
export function plantEdits(copy, byPath) {
  writeFileSync(join(copy, "src", "Probe.sol"), PROBE);
  for (const [path, edits] of Object.entries(byPath)) {
    const bytes = readFileSync(join(root, path));
    const at = bytes.indexOf("pragma solidity");
    const importing = { start: at, end: at, text: importOf(path) };
    writeFileSync(join(copy, path), edits.length === 0 ? bytes : spliced(bytes, [importing, ...edits]));
  }
}

export function importOf(path) {
  return `import {Probe} from "${"../".repeat(path.split("/").length - 2)}Probe.sol";\n`;
}

/** Runs forge in the copy; contracts may be larger than a chain takes, and warnings are nobody's concern. */
export function forge(copy, args, environment = {}, timeoutS = 3_600) {
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const program = join(root, "node_modules", "@foundry-rs", `forge-${process.platform}-${cpu}`, "bin", "forge");
  const env = { ...process.env, FOUNDRY_DENY: "never", FOUNDRY_CODE_SIZE_LIMIT: "1000000", ...environment };
  return spawnSync(program, args, { cwd: copy, encoding: "utf8", maxBuffer: 1 << 28, timeout: timeoutS * 1_000, env });
}

/**
 * What forge's words say: [{ suite, test, passed }]. Its JSON holds each call of a failing test, and can be half a
 * gigabyte. The failures are listed again at the end, which changes nothing.
 */
export function testResults({ stdout, stderr }) {
  const found = new Map();
  let suite = "?";
  for (const line of stdout.split("\n")) {
    suite = /^Ran \d+ tests? for .*:(\w+)$/.exec(line)?.[1] ?? suite;
    const [, outcome, test] = /^\[(PASS|FAIL)[^\n]*?\] (\w+)\(/.exec(line) ?? [];
    if (test) found.set(`${suite}.${test}`, { suite, test, passed: outcome === "PASS" });
  }
  if (found.size === 0) throw new Error(`forge ran no test: ${stdout.slice(-2_000)}${stderr.slice(-2_000)}`);
  return [...found.values()];
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
