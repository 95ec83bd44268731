// Rewrites package-lock.json after a change of package.json: `npm run lock`.
//
// Two things that `npm install` alone does not do, and that every machine needs:
//  - no `resolved` address is recorded, so that each machine asks its own registry;
//  - every platform's optional package (forge, anvil and cast are native) has an entry, even where the registry at
//    hand does not offer that platform. `npm ci` refuses a lock file in which one is missing.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const lockFile = join(root, "package-lock.json");

/** The `os` and `cpu` fields for a package named like `@foundry-rs/forge-linux-arm64`, or null for other names. */
function platformOf(name) {
  const match = /-(darwin|linux|win32)-(amd64|arm64)$/.exec(name);
  return match && { os: [match[1]], cpu: [match[2] === "amd64" ? "x64" : "arm64"] };
}

execFileSync("npm", ["install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"], {
  cwd: root,
  stdio: "inherit",
});

const lock = JSON.parse(readFileSync(lockFile, "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.resolved;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const platform = platformOf(name);
    const key = `node_modules/${name}`;
    if (!platform || lock.packages[key]) continue;
    lock.packages[key] = { version, ...platform, dev: true, license: entry.license, optional: true };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(lockFile, JSON.stringify(lock, null, 2) + "\n");
