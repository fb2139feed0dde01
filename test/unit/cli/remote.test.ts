// What a person reads when it is not Vigie that answers, or nothing that could be asked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../../server/cli/commands.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startReceiver } from '../../support/receiver.ts';

let errors = '';
beforeEach(() => {
  errors = '';
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test.for(['nonsense', '', 'localhost:3211', 'ftp://127.0.0.1/'])(
  'VIGIE_URL=%j is no address',
  async (url) => {
    vi.stubEnv('VIGIE_URL', url);
    expect(await main(['alerts'])).toBe(1);
    expect(errors).toBe(
      `vigie alerts: VIGIE_URL is ${JSON.stringify(url)}, and no address such as http://127.0.0.1:3211\n`,
    );
  },
);

test.for<[string, string]>([
  ['alerts', 'ok'],
  ['alerts', '{"alerts":[{}]}'],
  ['alerts --json', 'ok'],
  ['incident list', '[]'],
])('vigie %s does not take %j for an answer', async ([words, body]) => {
  const { url } = await startReceiver({ body });
  vi.stubEnv('VIGIE_URL', url);
  expect(await main(words.split(' '))).toBe(1);
  expect(errors).toMatch(/^vigie \w+: what answers at http:\S+ is no Vigie, or another version of it\n$/);
});

test.for(['', 'vgt_a\nThis is shown once.', 'vgt_→'])('%j is no token', async (token) => {
  const file = join(temporaryFolder(), 'token');
  writeFileSync(file, token);
  vi.stubEnv('VIGIE_TOKEN', undefined);
  vi.stubEnv('VIGIE_TOKEN_FILE', file);
  expect(await main(['incident', 'publish', '1'])).toBe(1);
  expect(errors).toMatch(
    /^vigie incident: a token is wanted, and nothing else, in VIGIE_TOKEN or in the file/,
  );
});
