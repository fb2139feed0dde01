import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../../../server/cli/commands.ts';
import { startReceiver } from '../../support/receiver.ts';
import { start } from '../../support/watch.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const vigie = async (words: readonly string[], answer: object): Promise<string> => {
  const { url } = await startReceiver({ body: JSON.stringify(answer) });
  vi.stubEnv('VIGIE_URL', url);
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  expect(await main(['incident', ...words])).toBe(0);
  return output;
};

const one = { services: ['web'], phase: 'investigating', isPublic: false, startedAt: start, updates: [] };

test.for([
  ['', ['4']],
  ['--all', ['4', '3', '2']],
] as const)('vigie incident list %s lists %o', async ([option, ids]) => {
  const incidents = [
    { id: 4, ...one },
    { id: 3, ...one, mergedInto: 4 },
    { id: 2, ...one, phase: 'resolved' },
  ];
  const output = await vigie(['list', ...option.split(' ').filter(Boolean)], { incidents });
  expect(output.match(/(?<=^incident )\d+/gm)).toEqual(ids);
});

test('vigie incident show ends with what was learnt', async () => {
  const incident = { id: 4, ...one, postMortem: { said: { fr: 'Le disque.' }, at: start } };
  expect(await vigie(['show', '4'], { incident })).toMatch(
    /\n {2}post-mortem {2}[-\d]+ [:\d]+: Le disque\.\n$/,
  );
});
