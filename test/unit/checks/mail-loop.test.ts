// Against servers of a test's making; with real ones in the lab, where mail is held, lost and found again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import mailLoop from '../../../checks/mail-loop.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { installed } from '../../support/installed.ts';
import { serveLines } from '../../support/line-server.ts';
import type { LineScript } from '../../support/line-server.ts';
import { loopScript, takingScript } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const password = new Secret('the password of a test');
const now = Date.UTC(2026, 10, 22, 8);
const entry = (minutesAgo: number, letter = 'a'): string =>
  `${letter.repeat(32)} ${now - minutesAgo * 60_000} ${now - minutesAgo * 60_000} waiting\r\n`;
const ledger = (text: string) => ({
  'UID SEARCH DRAFT': '* SEARCH 3\r\nTAG OK done\r\n',
  'UID FETCH 3': `* 1 FETCH (UID 3 BODY[TEXT] {${text.length}}\r\n${text})\r\nTAG OK done\r\n`,
});

describe.skipIf(!installed('openssl'))('a loop', () => {
  let lab: Authority;
  let certificate: Issued;
  beforeAll(() => {
    lab = new Authority();
    certificate = lab.issue({ names: ['IP:127.0.0.1'] });
  });
  afterAll(() => lab[Symbol.dispose]());

  const see = async (mailbox: LineScript, submission: LineScript = takingScript(), timeoutMs = 5_000) => {
    await using reading = await serveLines({ ...mailbox, certificate, implicit: true });
    await using taking = await serveLines(submission);
    const host = '127.0.0.1';
    const written = {
      submit: { host, port: taking.port, tls: 'none', from: 'vigie@lab.test' },
      to: 'probe@lab.test',
      read: { host, port: reading.port, ca: lab.root.certificate, user: 'vigie', password },
    };
    const outcome = await runCheck(mailLoop, written, { timeoutMs, now });
    await reading.allClosed();
    await taking.allClosed();
    return { outcome, read: reading.heard, submitted: taking.heard };
  };

  test('submits a message, finds it, and removes it', async () => {
    const { outcome, read, submitted } = await see(loopScript());
    expect(outcome).toMatchObject({ kind: 'ok', facts: { inFlight: 0 } });
    expect(Object.keys(outcome.phasesUs)).toEqual([...mailLoop.phases]);
    const mark = submitted.find((line) => line.startsWith('X-Vigie-Loop: '));
    expect(mark).toMatch(new RegExp(`^X-Vigie-Loop: [0-9a-f]{16} [0-9a-f]{32} ${now}$`));
    expect(submitted).toContain('Date: Sun, 22 Nov 2026 08:00:00 +0000');
    const [, , token = ''] = mark?.split(' ') ?? [];
    expect(read.filter((line) => line.includes(token))).toEqual([
      `${token} ${now} ${now} waiting`,
      expect.stringContaining(`UID SEARCH HEADER X-Vigie-Loop ${token}`),
    ]);
    expect(read.filter((line) => /UID (?:STORE|EXPUNGE) 7\b/.test(line))).toHaveLength(2);
    expect(read.at(-1)).toMatch(/ LOGOUT$/);
  });

  test('goes on waiting when the message does not come in time, and does not call it lost', async () => {
    const silent = loopScript({ 'UID SEARCH HEADER': '* SEARCH\r\nTAG OK done\r\n', IDLE: '+ idling\r\n' });
    const { outcome, read } = await see(silent, takingScript(), 500);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { inFlight: 1, oldestUnseenAt: now } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['mailbox', 'submission']);
    expect(read.at(-1)).toMatch(/ IDLE$/);
  });

  test('looks again when something arrives while it looks', async () => {
    let searches = 0;
    const script = loopScript();
    const talk: LineScript['talk'] = () => {
      const answer = script.talk();
      return (line) => {
        const [tag = ''] = line.split(' ');
        if (/ UID SEARCH HEADER /.test(line) && (searches += 1) === 1)
          return `* SEARCH\r\n* 1 EXISTS\r\n${tag} OK done\r\n`;
        return answer(line);
      };
    };
    expect((await see({ ...script, talk })).outcome).toMatchObject({ kind: 'ok' });
    expect(searches).toBe(2);
  });

  test('waits for what is announced', async () => {
    let searches = 0;
    const script = loopScript({ IDLE: '+ idling\r\n* 5 RECENT\r\n* 1 EXISTS\r\n' });
    const talk: LineScript['talk'] = () => {
      const answer = script.talk();
      let idle = '';
      return (line) => {
        const [tag = ''] = line.split(' ');
        if (line.endsWith(' IDLE')) idle = tag;
        if (line === 'DONE') return `${idle} OK idled\r\n`;
        if (/ UID SEARCH HEADER /.test(line) && (searches += 1) === 1)
          return `* SEARCH\r\n${tag} OK done\r\n`;
        return answer(line);
      };
    };
    expect((await see({ ...script, talk })).outcome).toMatchObject({ kind: 'ok' });
    expect(searches).toBe(2);
  });

  test.for([
    [
      'a mailbox that is not there',
      { SELECT: 'TAG NO [NONEXISTENT] none\r\n' },
      'fail',
      'bad_answer',
      /^the mailbox: SELECT/,
    ],
    [
      'a mailbox that is full',
      { APPEND: 'TAG NO [OVERQUOTA] full\r\n' },
      'fail',
      'read_only',
      /^the mailbox: APPEND: NO \[OVERQUOTA\]/,
    ],
    [
      'a wrong password',
      { PASSWORD: 'TAG NO wrong\r\n' },
      'fail',
      'auth_failed',
      /^the mailbox: AUTHENTICATE/,
    ],
    [
      'a server without IDLE',
      { CAPABILITY: '* CAPABILITY UIDPLUS\r\nTAG OK done\r\n' },
      'invalid',
      'self_misconfigured',
      /does not offer IDLE$/,
    ],
  ] as const)('tells %s', async ([, answers, kind, cause, evidence]) => {
    const { outcome } = await see(loopScript(answers));
    expect(outcome).toMatchObject({ kind, cause, evidence: expect.stringMatching(evidence) });
  });

  test.for([
    ['refused', { RCPT: '550 5.1.1 unknown\r\n' }, 'fail', 'rejected'],
    ['put off', { RCPT: '450 4.2.0 greylisted\r\n' }, 'warn', 'deferred'],
    ['refused for what it says', { '.': '554 5.7.1 spam\r\n' }, 'fail', 'rejected'],
    ['not wanted at all', { DATA: '451 4.3.0 later\r\n' }, 'warn', 'deferred'],
  ] as const)(
    'a submission that is %s is told as one, and nothing is awaited',
    async ([, answers, kind, cause]) => {
      const { outcome, read } = await see(loopScript(), takingScript(answers));
      expect(outcome).toMatchObject({ kind, cause, evidence: expect.stringMatching(/^the submission: /) });
      expect(outcome.facts['inFlight']).toBe(0);
      expect(read.join()).not.toContain('APPEND');
    },
  );

  test('what is lost comes before a submission that is put off', async () => {
    const greylisted = takingScript({ RCPT: '450 4.2.0 greylisted\r\n' });
    const { outcome } = await see(loopScript(ledger(entry(61))), greylisted);
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'undelivered', facts: { inFlight: 1 } });
  });

  test('the ledger knows of an arrival before the message goes, so that a crash between them loses nothing', async () => {
    const found = `X-Vigie-Loop: loop ${'a'.repeat(32)} ${now}\r\n\r\n`;
    const { outcome, read } = await see(
      loopScript({
        ...ledger(`${entry(5)}${entry(3, 'b')}`),
        'UID SEARCH UNDRAFT': '* SEARCH 5\r\nTAG OK done\r\n',
        'UID FETCH 5': `* 2 FETCH (UID 5 FLAGS (\\Seen) BODY[X] {${found.length}}\r\n${found})\r\nTAG OK done\r\n`,
      }),
    );
    expect(outcome).toMatchObject({ kind: 'ok', facts: { inFlight: 1 } });
    const at = (pattern: RegExp) => read.findIndex((line) => pattern.test(line));
    expect(at(/ APPEND /)).toBeGreaterThan(0);
    expect(at(/ APPEND /)).toBeLessThan(at(/ UID EXPUNGE 3$/));
    expect(at(/ UID EXPUNGE 3$/)).toBeLessThan(at(/ UID EXPUNGE 5$/));
    const kept = read.slice(at(/ APPEND /), at(/ UID EXPUNGE 3$/)).join('\n');
    expect(kept).toContain('b'.repeat(32));
    expect(kept).not.toContain('a'.repeat(32));
  });

  test('nobody makes a ledger by sending mail', async () => {
    // The second search finds drafts only; what a stranger sends is none, whatever it says.
    const { read } = await see(loopScript());
    expect(read.filter((line) => / UID SEARCH DRAFT HEADER X-Vigie-Loop /.test(line)).length).toBeGreaterThan(
      0,
    );
    expect(read.find((line) => / APPEND /.test(line))).toContain('(\\Draft \\Seen)');
  });
});

test.for([
  ['lost sooner than late', { late: '1h', lost: '1h' }, ['lost']],
  ['a mailbox without an account', { read: { host: 'mail.lab.test' } }, ['read', 'user']],
  [
    'half an account',
    { submit: { host: 'mail.lab.test', from: 'a@lab.test', user: 'a' } },
    ['submit', 'user'],
  ],
] as const)('refuses %s', ([, changed, path]) => {
  const written = {
    submit: { host: 'mail.lab.test', from: 'a@lab.test' },
    to: 'a@lab.test',
    read: { host: 'mail.lab.test', user: 'a', password },
  };
  expect(mailLoop.options.safeParse(written).success).toBe(true);
  const { error } = mailLoop.options.safeParse({ ...written, ...changed });
  expect(error?.issues[0]?.path).toEqual(path);
});
