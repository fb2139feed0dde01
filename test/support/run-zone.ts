// One probe of a zone whose two servers are said to be at these addresses, in a process of its own, so that it can run in another
// network namespace; prints the outcome as JSON.
import dnsZone from '../../checks/dns-zone.ts';
import { runCheck } from './probe.ts';
import { a, startScriptedZone } from './scripted-zone.ts';

const [first = '', second = ''] = process.argv.slice(2);
const additionals = [a('ns1.example.org', first), a('ns2.example.org', second)];
await using zone = await startScriptedZone({ above: { parent: { additionals } } });
const written = { zone: 'example.org', parent: '127.0.0.1', port: zone.port };
process.stdout.write(JSON.stringify(await runCheck(dnsZone, written)));
