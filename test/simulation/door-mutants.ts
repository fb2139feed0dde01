// Bugs in who may act, and in what the page tells.
import type { Mutant } from './mutants.ts';

export const doorMutants: readonly Mutant[] = [
  {
    bug: 'whoever shows anything for a token may act',
    file: 'server/http/acting.ts',
    from: 'if (author === undefined)\n',
    to: "if (tokenOf(c) === '')\n",
    caught: /^I16 authz/,
  },
  {
    bug: 'a token never runs out',
    file: 'server/tokens.ts',
    from: 'hash) && now < expiresAt',
    to: 'hash) && expiresAt > 0',
    caught: /^I16 authz/,
  },
  {
    bug: 'a page of another site acts with the token of its reader',
    file: 'server/http/acting.ts',
    from: "['same-origin', 'none', undefined]",
    to: "['same-origin', 'cross-site', 'none', undefined]",
    caught: /^I16 authz/,
  },
  {
    bug: 'the page goes on telling of an outage as it was when it opened',
    file: 'server/app/recent-history.ts',
    from: 'const byId = new Map([...past.outages, ...decided]',
    to: 'const byId = new Map([...decided, ...past.outages]',
    caught: /^I20 mirror/,
  },
];
