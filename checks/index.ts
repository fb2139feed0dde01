// Every check type, by the name it has in the configuration.
import type { CheckType } from './lib/contract.ts';
import ping from './ping.ts';
import tcp from './tcp.ts';
import tls from './tls.ts';

export const checkTypes = { ping, tcp, tls } satisfies Record<string, CheckType>;
