import { afterEach, expect, test, vi } from 'vitest';
import type { Board, BoardAlert } from '../../../server/app/board.ts';
import { main } from '../../../server/cli/commands.ts';
import { startReceiver } from '../../support/receiver.ts';
import { minutes, start } from '../../support/watch.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const trouble = { state: 'down', since: start, cause: 'refused', evidence: 'port 80 refused' } as const;
const alert = (id: string, over: Partial<BoardAlert>): BoardAlert => ({
  id,
  name: { fr: id, en: id },
  state: 'down',
  startedAt: start,
  troubles: [],
  letters: [],
  consequences: [],
  ...over,
});

test('vigie alerts tells what works again, and of what nobody is told', async () => {
  const board: Board = {
    organisation: { name: 'Globenet', timezone: 'Europe/Paris', languages: ['fr'] },
    generatedAt: start,
    alerts: [
      alert('network', {
        troubles: [
          { ...trouble, check: 'a' },
          { ...trouble, check: 'b', endedAt: start + minutes },
        ],
        consequences: [alert('web', { troubles: [{ ...trouble, check: 'c', held: 'parent' }] })],
      }),
      alert('mail', { troubles: [{ ...trouble, check: 'd', held: 'maintenance' }] }),
    ],
    silences: [],
    maintenance: [],
    incidents: [],
  };
  const { url } = await startReceiver({ body: JSON.stringify(board) });
  vi.stubEnv('VIGIE_URL', url);
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  expect(await main(['alerts'])).toBe(0);
  const told = output
    .split('\n')
    .flatMap((line) => /([a-d]): refused: port 80 refused(.*)$/.exec(line) ?? []);
  expect(told.filter((_, index) => index % 3 !== 0)).toEqual([
    'a',
    '',
    'b',
    expect.stringMatching(/^ \(works again since [-\d]+ [:\d]+\)$/),
    'c',
    ' (nobody is told: its cause is out)',
    'd',
    ' (nobody is told: maintenance)',
  ]);
});
