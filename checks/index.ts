// Every check type, by the name it has in the configuration.
import type { CheckType } from './lib/contract.ts';
import ping from './ping.ts';
import tcp from './tcp.ts';

export const checkTypes = { ping, tcp } satisfies Record<string, CheckType>;
