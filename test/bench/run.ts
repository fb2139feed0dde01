// npm run bench -- NAME [--json]
import { parseArgs } from 'node:util';
import { print } from './figures.ts';
import type { Figure } from './figures.ts';
import { probes } from './probes.ts';

const benches: Readonly<Record<string, (progress: (line: string) => void) => Promise<readonly Figure[]>>> = {
  probes,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [name = ''] = positionals;
const bench = benches[name];
if (bench === undefined) {
  console.error(`npm run bench -- ${Object.keys(benches).join('|')} [--json]`);
  process.exit(2);
}
print(name, await bench((line) => console.error(line)), values.json);
