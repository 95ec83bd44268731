// Mutation testing of the Solidity: changes one operator, constant or statement of src/ at a time and asks whether any
// test notices.
//
//   node script/mutate.mjs [--only PATH-PART] [--count N] [--minutes M] [--seed S] [--json FILE]
//
// Mutants are made from the compiler's syntax tree, so that each compiles or is counted apart, and drawn with a seed that
// is printed. A survivor is either a missing test or an equivalent program.
// The checkout is never touched: everything happens in a copy under out/.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { installPackages, root } from "./steps.mjs";

const copy = join(root, "out", "mutants");
const options = optionsOf(process.argv.slice(2));

function optionsOf(words) {
  const read = { only: "", count: 40, minutes: 20, seed: String(Math.floor(Math.random() * 2 ** 31)), json: "" };
  while (words.length > 0) {
    const name = words.shift().replace(/^--/, "");
    const value = words.shift();
    if (!(name in read) || value === undefined) {
      process.stderr.write(`mutate.mjs: got --${name}, want --only, --count, --minutes, --seed or --json with a value\n`);
      process.exit(2);
    }
    read[name] = typeof read[name] === "number" ? Number(value) : value;
  }
  return read;
}

/** mulberry32: small, and the same on every machine. */
function random(seed) {
  let state = Number(seed) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** What an operator is replaced by: its neighbour, which a boundary test tells apart. */
const OPERATORS = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "==": ["!="],
  "!=": ["=="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "&": ["|"],
  "|": ["&"],
  "<<": [">>"],
  ">>": ["<<"],
  "+=": ["-="],
  "-=": ["+="],
  "|=": ["&="],
};

/** Statements whose absence a test should notice. */
const REMOVABLE = new Set(["ExpressionStatement", "EmitStatement", "RevertStatement"]);

function syntaxTrees() {
  const solc = createRequire(import.meta.url)("solc");
  const sources = {};
  for (const path of solidity("src")) sources[path] = { content: readFileSync(join(root, path), "utf8") };
  const settings = {
    remappings: ["@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"],
    outputSelection: { "*": { "": ["ast"] } },
  };
  const input = JSON.stringify({ language: "Solidity", sources, settings: { ...settings, stopAfter: "parsing" } });
  const open = (path) => ({ contents: readFileSync(join(root, path), "utf8") });
  const output = JSON.parse(solc.compile(input, { import: open }));
  return Object.fromEntries(Object.keys(sources).map((path) => [path, output.sources[path].ast]));
}

function solidity(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".sol"))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** All mutants of one file: { path, line, start, end, text, what }. Offsets are of bytes. */
function mutantsOf(path, tree) {
  const bytes = readFileSync(join(root, path));
  const found = [];
  const add = (start, end, text, what) => {
    const line = bytes.subarray(0, start).toString().split("\n").length;
    found.push({ path, line, start, end, text, what });
  };
  const span = (node) => {
    const [start, length] = node.src.split(":").map(Number);
    return [start, start + length];
  };
  const visit = (node, inFunction) => {
    if (node === null || typeof node !== "object") return;
    if (Array.isArray(node)) return node.forEach((each) => visit(each, inFunction));
    if (!inFunction && node.nodeType !== "FunctionDefinition" && node.nodeType !== "ModifierDefinition") {
      return Object.values(node).forEach((each) => visit(each, false));
    }
    if (node.nodeType === "BinaryOperation" || node.nodeType === "Assignment") mutateOperator(node, span, bytes, add);
    if (node.nodeType === "IfStatement") mutateCondition(node.condition, span, bytes, add);
    if (node.nodeType === "Conditional") mutateCondition(node.condition, span, bytes, add);
    if (node.nodeType === "UnaryOperation" && node.operator === "!") {
      const [start] = span(node);
      add(start, start + 1, "", "! removed");
    }
    if (node.nodeType === "Literal" && /^[0-9_]+$/.test(node.value ?? "")) {
      const [start, end] = span(node);
      add(start, end, `(${node.value} + 1)`, `${node.value} → ${node.value} + 1`);
    }
    if (REMOVABLE.has(node.nodeType)) {
      const [start, end] = span(node);
      const text = bytes.subarray(start, end).toString();
      add(start, end, text.endsWith(";") ? ";" : "", `removed: ${text.replace(/\s+/g, " ").slice(0, 70)}`);
    }
    for (const each of Object.values(node)) visit(each, true);
  };
  visit(tree, false);
  return found;
}

function mutateOperator(node, span, bytes, add) {
  const left = node.leftExpression ?? node.leftHandSide;
  const right = node.rightExpression ?? node.rightHandSide;
  const between = [span(left)[1], span(right)[0]];
  const at = bytes.subarray(...between).toString().indexOf(node.operator);
  if (at < 0) return;
  const start = between[0] + at;
  for (const other of OPERATORS[node.operator] ?? []) {
    add(start, start + node.operator.length, other, `${node.operator} → ${other}`);
  }
}

function mutateCondition(condition, span, bytes, add) {
  const [start, end] = span(condition);
  const text = bytes.subarray(start, end).toString();
  add(start, end, `!(${text})`, `condition negated: ${text.replace(/\s+/g, " ").slice(0, 60)}`);
}

/** A copy of everything that forge reads, with the packages linked. */
function prepare() {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of ["src", "test", "vectors", "foundry.toml", "solc", "package.json"]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
}

function forge(...args) {
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const program = join(root, "node_modules", "@foundry-rs", `forge-${process.platform}-${cpu}`, "bin", "forge");
  return spawnSync(program, args, { cwd: copy, encoding: "utf8", maxBuffer: 1 << 28, timeout: 600_000 });
}

/** One of killed, survived, uncompilable. Gas ceilings are left out: they would "kill" harmless changes. */
function judge(mutant) {
  const file = join(copy, mutant.path);
  const original = readFileSync(join(root, mutant.path));
  const mutated = Buffer.concat([original.subarray(0, mutant.start), Buffer.from(mutant.text), original.subarray(mutant.end)]);
  writeFileSync(file, mutated);
  try {
    if (forge("build", "--skip", "test").status !== 0) return "uncompilable";
    return forge("test", "--fail-fast", "--no-match-path", "test/gas/*").status === 0 ? "survived" : "killed";
  } finally {
    writeFileSync(file, original);
  }
}

function draw(all) {
  const next = random(options.seed);
  const rest = all.filter((mutant) => mutant.path.includes(options.only));
  const drawn = [];
  while (drawn.length < options.count && rest.length > 0) drawn.push(rest.splice(next(rest.length), 1)[0]);
  return drawn;
}

installPackages();
prepare();
process.stdout.write(`drawing mutants with --seed ${options.seed}\n`);
if (forge("build", "--skip", "test").status !== 0 || forge("test", "--no-match-path", "test/gas/*").status !== 0) {
  process.stderr.write("the tests are red without any mutant; see out/mutants\n");
  process.exit(1);
}
const all = Object.entries(syntaxTrees())
  .filter(([path]) => !path.startsWith("src/interfaces/") && !path.startsWith("src/devnet/"))
  .flatMap(([path, tree]) => mutantsOf(path, tree));
const until = Date.now() + options.minutes * 60_000;
const results = [];
for (const mutant of draw(all)) {
  if (Date.now() > until) break;
  const result = judge(mutant);
  results.push({ path: mutant.path, line: mutant.line, what: mutant.what, result });
  process.stdout.write(`${result.padEnd(12)} ${mutant.path}:${mutant.line}  ${mutant.what}\n`);
}
const count = (name) => results.filter((each) => each.result === name).length;
const summary = { seed: options.seed, of: all.length, killed: count("killed"), survived: count("survived"), uncompilable: count("uncompilable"), results };
if (options.json) writeFileSync(options.json, JSON.stringify(summary, null, 2) + "\n");
process.stdout.write(`${summary.killed} killed, ${summary.survived} survived, ${summary.uncompilable} did not compile; of ${all.length} possible\n`);
rmSync(copy, { recursive: true, force: true });
