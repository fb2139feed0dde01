// A program that a test kills: commits for ever, and says the number of each commit once it is kept.
import { openStore } from '../../../server/store/client.ts';
import { noEffects, result, span } from '../../support/effects.ts';

const [path = '', first = '0'] = process.argv.slice(2);
const store = await openStore({ path });
for (let n = Number(first); ; n++) {
  await store.commit({
    ...noEffects,
    results: [result(10 * n), result(10 * n + 1, { phasesUs: { dns: n } })],
    spans: [span(n)],
    notables: [{ kind: 'blind', key: `${n}`, at: n, since: n, vantage: 'local', family: 4 }],
  });
  process.stdout.write(`${n}\n`);
}
