import { afterEach, expect, test, vi } from 'vitest';
import { main } from '../../../server/cli/commands.ts';
import { startReceiver } from '../../support/receiver.ts';
import { start } from '../../support/watch.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

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
  const { url } = await startReceiver({ body: JSON.stringify({ incidents }) });
  vi.stubEnv('VIGIE_URL', url);
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  expect(await main(['incident', 'list', ...option.split(' ').filter(Boolean)])).toBe(0);
  expect(output.match(/(?<=^incident )\d+/gm)).toEqual(ids);
});
