// Takes the `engines` out of the lock file. An old npm that only unpacks would warn about each package that a newer Node
// runs, and Node comes with the packages.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8')) as { packages: Record<string, { engines?: unknown }> };
for (const entry of Object.values(lock.packages)) delete entry.engines;
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
