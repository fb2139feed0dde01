import { expect, test } from 'vitest';
import { fixedUntilRestart } from '../../../server/app/fixed.ts';
import { makeConfig, oneCheck } from '../../support/watch.ts';

const running = makeConfig([]);
const { listen } = running;
const elsewhere = { address: '127.0.0.1', port: 3299 };

test.for([
  ['another page address', { listen: { ...listen, public: elsewhere } }, ['listen.public']],
  ['another metrics address', { listen: { ...listen, private: elsewhere } }, ['listen.private']],
  [
    'another host',
    { listen: { ...listen, public: { ...listen.public, address: '::1' } } },
    ['listen.public'],
  ],
  ['another folder', { data: '/elsewhere' }, ['data']],
  [
    'everything',
    { listen: { public: elsewhere, private: elsewhere, names: [] }, data: '/x' },
    ['listen.public', 'listen.private', 'data'],
  ],
  ['the same written again', { listen: structuredClone(listen) }, []],
  ['other services', { services: oneCheck().services }, []],
] as const)('of %s a restart is needed for %o: %o', ([, changes, keys]) => {
  expect(fixedUntilRestart(running, { ...running, ...changes })).toEqual(keys);
});
