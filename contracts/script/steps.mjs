// What build.mjs and check.mjs share: installing packages, running tools, and skipping what has not changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Files that decide how Solidity is compiled, besides the Solidity itself. */
const SETTINGS = ["foundry.toml", "solc", "package-lock.json"];

const FOUNDRY = new Set(["forge", "cast", "anvil"]);

/**
 * The file that runs a tool of ours. For Foundry's it is the native program: the script that npm puts before it, and
 * so `npx forge`, swallows the exit status, and a check that always ends with 0 is none.
 */
function programOf(tool) {
  if (!FOUNDRY.has(tool)) return join(root, "node_modules", ".bin", tool);
  const cpu = process.arch === "x64" ? "amd64" : process.arch;
  const file = join(root, "node_modules", "@foundry-rs", `${tool}-${process.platform}-${cpu}`, "bin", tool);
  if (!existsSync(file)) fail(`${tool}: npm has no ${tool} for ${process.platform} on ${process.arch}; want ${file}`);
  return file;
}

/** Runs a tool of node_modules. Its output is shown only when it fails or when asked; on failure this process ends. */
export function run(tool, args, { show = false, command = programOf(tool) } = {}) {
  const stdio = show ? "inherit" : "pipe";
  const done = spawnSync(command, args, { cwd: root, encoding: "utf8", stdio, maxBuffer: 1 << 28 });
  if (done.error) fail(`${tool}: ${done.error.message}`);
  if (done.status !== 0) {
    if (!show) process.stderr.write(done.stdout + done.stderr);
    fail(`\`${tool} ${args.join(" ")}\` failed in contracts/ (exit ${done.status ?? done.signal})`);
  }
  return done.stdout;
}

function fail(sentence) {
  process.stderr.write(sentence + "\n");
  process.exit(1);
}

/** `npm ci`, unless the installed packages are those of package-lock.json. */
export function installPackages() {
  const stamp = join(root, "node_modules", ".assay-lock");
  const wanted = hashOf(["package-lock.json"]);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stdout.write("installing forge, solc and OpenZeppelin from npm\n");
  // No package needs its install script: forge's own only checks that the optional native package is there.
  const args = ["ci", "--ignore-scripts", "--include=optional", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", args, { command: "npm" });
  writeFileSync(stamp, wanted);
}

/** All files under the given folders of contracts/, and the settings; sorted. */
export function sources(...folders) {
  const found = [...SETTINGS];
  for (const folder of folders.filter((each) => existsSync(join(root, each)))) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1);
      if (entry.isFile() && /\.(sol|json|txt)$/.test(file)) found.push(file);
    }
  }
  return found.sort();
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex");
}

/** Runs `step` unless the same files went through it successfully before. The stamp lives beside forge's output. */
export function unlessUnchanged(name, files, step) {
  const stamp = join(root, "out", `.assay-${name}`);
  const wanted = hashOf(files);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return false;
  rmSync(stamp, { force: true });
  step();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  return true;
}
