// npm run bench -- NAME [--json] [--sizes 100,1000,5000] [--checks 500] [--months 13]
import { parseArgs } from 'node:util';
import { alerts } from './alerts.ts';
import { print } from './figures.ts';
import type { Bench } from './figures.ts';
import { history } from './history.ts';
import { page } from './page.ts';
import { probes } from './probes.ts';

const benches: Readonly<Record<string, Bench>> = { alerts, history, page, probes };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '100,1000,5000' },
    checks: { type: 'string', default: '500' },
    months: { type: 'string', default: '13' },
  },
});
const [name = ''] = positionals;
const bench = benches[name];
if (bench === undefined) {
  console.error(
    `npm run bench -- ${Object.keys(benches).join('|')} [--json] [--sizes 100,1000,5000] [--checks 500] [--months 13]`,
  );
  process.exit(2);
}
const sizes = values.sizes.split(',').map(Number);
const [checks, months] = [Number(values.checks), Number(values.months)];
print(name, await bench((line) => console.error(line), { sizes, checks, months }), values.json);
