// A real MariaDB that becomes slow: first it is learned what is usual, over hours that pass in seconds.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locales } from '../../config/locales/index.ts';
import { slowPartOf } from '../../server/app/slow-part.ts';
import type { Finding } from '../../server/core/result.ts';
import { installed } from '../support/installed.ts';
import { JudgedCheck } from '../support/judged-check.ts';
import { account, mariadbInstalled, startMariadb } from '../support/mariadb.ts';
import type { Maria } from '../support/mariadb.ts';

const passwordName = 'VIGIE_LAB_SLOW_MARIADB_PASSWORD';
const everyMs = 20_000;
const minutes = 60_000;
/** Two hours and a little: then an hour is over, and more than two hundred probes are known. */
const learningProbes = 370;

/** Of a time that is slow in itself nothing is to be heard here. */
const thresholds = { auth: '5s', query: '5s', read: '5s', write: '5s', commit: '5s', total: '5s' };

const sentence = ({ phase = '', slowness }: Finding, language: 'fr' | 'en'): string => {
  if (slowness === undefined) throw new Error('it is not slower than usual');
  return locales[language].slowness({ ...slowness, slowPart: slowPartOf(phase) });
};

describe.skipIf(!mariadbInstalled || !installed('gcc'))('MariaDB', () => {
  let maria: Maria;
  beforeAll(async () => {
    process.env[passwordName] = account.password;
    maria = await startMariadb({ slowDisk: true });
  });
  afterAll(() => maria.stop());

  const learned = async (fsyncMs: number): Promise<JudgedCheck> => {
    maria.delayFsync(fsyncMs);
    const check = new JudgedCheck({
      type: 'mariadb',
      host: '127.0.0.1',
      port: maria.port,
      password: { env: passwordName },
      every: '20s',
      timeout: '10s',
      slow: thresholds,
      learn: { floor: '10ms' },
    });
    await check.probeTimes(learningProbes);
    expect(check.judgements.slice(1).every(({ verdict }) => verdict === 'up')).toBe(true);
    return check;
  };

  test('whose disk creeps from 5 to 60 ms over ten minutes is degraded, for its commits', async () => {
    const check = await learned(5);
    const startedMs = check.probedAtMs;
    for (let at = 0; at <= 10 * minutes && check.last.verdict === 'up'; at += everyMs) {
      maria.delayFsync(5 + Math.round((55 * at) / (10 * minutes)));
      await check.probe();
    }
    expect(check.last.verdict).toBe('degraded slow');
    expect(check.probedAtMs - startedMs).toBeLessThanOrEqual(10 * minutes);
    expect(check.finding).toMatchObject({ phase: 'commit', slowness: { kind: 'shift' } });
    expect(check.last.evidence).toMatch(/^commit takes \d+ ms, usually [\d.]+ ms; likely the disk/);
    if (check.finding === undefined) return;
    expect(sentence(check.finding, 'fr')).toMatch(
      /^Les écritures en base sont lentes\s: \d+\sms, d’habitude [\d,]+\sms$/,
    );
    expect(sentence(check.finding, 'en')).toMatch(
      /^Writing to the database is slow: \d+\sms, usually [\d.]+\sms$/,
    );
  });

  test('whose disk is slow at one commit in three is degraded, for that', async () => {
    const check = await learned(1);
    for (let probe = 0; probe < 60 && check.last.verdict === 'up'; probe += 1) {
      maria.delayFsync(probe % 3 === 0 ? 150 : 1);
      await check.probe();
    }
    expect(check.last.verdict).toBe('degraded slow');
    expect(check.finding).toMatchObject({ phase: 'commit', slowness: { kind: 'tail' } });
    if (check.finding === undefined) return;
    expect(sentence(check.finding, 'fr')).toMatch(
      /^Par moments, les écritures en base sont lentes\s: 1\d\d\sms,/,
    );
  });
});
