// npm run bench -- NAME [--json] [--sizes 100,1000,5000]
import { parseArgs } from 'node:util';
import { alerts } from './alerts.ts';
import { print } from './figures.ts';
import type { Bench } from './figures.ts';
import { probes } from './probes.ts';

const benches: Readonly<Record<string, Bench>> = { alerts, probes };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, sizes: { type: 'string', default: '100,1000,5000' } },
});
const [name = ''] = positionals;
const bench = benches[name];
if (bench === undefined) {
  console.error(`npm run bench -- ${Object.keys(benches).join('|')} [--json] [--sizes 100,1000,5000]`);
  process.exit(2);
}
const sizes = values.sizes.split(',').map(Number);
print(name, await bench((line) => console.error(line), { sizes }), values.json);
