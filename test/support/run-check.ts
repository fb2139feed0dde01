// One probe in a process of its own, so that it can run in another network namespace; prints the outcome as JSON.
import { checkTypes } from '../../checks/index.ts';
import type { CheckType } from '../../checks/lib/contract.ts';
import { runCheck } from './probe.ts';

const [type = '', options = '{}', family = '4', timeoutMs = '10000'] = process.argv.slice(2);
const check = (checkTypes as Readonly<Record<string, CheckType>>)[type];
if (check?.kind !== 'active') throw new Error(`no active check type ${type}`);
const written = JSON.parse(options) as Readonly<Record<string, unknown>>;
const circumstances = { family: family === '6' ? 6 : 4, timeoutMs: Number(timeoutMs) } as const;
process.stdout.write(JSON.stringify(await runCheck(check, written, circumstances)));
