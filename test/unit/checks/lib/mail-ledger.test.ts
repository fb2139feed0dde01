import { describe, expect, test } from 'vitest';
import {
  entered,
  isLate,
  ledgerFacts,
  look,
  readLedger,
  told,
  verdictOn,
  writeLedger,
} from '../../../../checks/lib/mail-ledger.ts';
import type { Ledger, Sent } from '../../../../checks/lib/mail-ledger.ts';

const minute = 60_000;
const patience = { late: 2 * minute, lost: 60 * minute };
const start = Date.UTC(2026, 10, 22, 8);
const token = (digit: number): string => String(digit).repeat(32);
const sent = (digit: number, atMinutes: number, changed: Partial<Sent> = {}): Sent => ({
  token: token(digit),
  sentAt: start + atMinutes * minute,
  missedAt: start + atMinutes * minute,
  state: 'waiting',
  ...changed,
});
const at = (minutes: number) => start + minutes * minute;
const nothing: ReadonlySet<string> = new Set();
const judge = (ledger: Ledger, minutes: number, arrived: Ledger = []) =>
  verdictOn({ ledger, arrived }, patience, at(minutes));

describe('the ledger', () => {
  test('is read as it was written', () => {
    const ledger = [sent(1, 0, { state: 'told' }), sent(2, 5, { state: 'overtaken' }), sent(3, 6)];
    expect(readLedger(writeLedger(ledger).join('\r\n'))).toEqual(ledger);
  });

  test('passes over what is no entry', () => {
    expect(readLedger(`hello\n${token(1)} x y waiting\n${token(1)} 1 2 arrived\n`)).toEqual([]);
  });

  test('remembers a hundred messages, the newest', () => {
    let ledger: Ledger = [];
    for (let minutes = 0; minutes < 150; minutes += 1) ledger = entered(ledger, token(1), at(minutes));
    expect(ledger.length).toBe(100);
    expect(ledger.at(-1)?.sentAt).toBe(at(149));
    expect(readLedger([...writeLedger(ledger), ...writeLedger(ledger)].join('\n')).length).toBe(100);
  });
});

describe('a look', () => {
  test('crosses out what has arrived, and overtakes what was sent before it', () => {
    const { ledger, arrived } = look([sent(1, 0), sent(2, 5), sent(3, 10)], new Set([token(2)]), at(11));
    expect(arrived).toEqual([sent(2, 5)]);
    expect(ledger).toEqual([
      sent(1, 0, { missedAt: at(11), state: 'overtaken' }),
      sent(3, 10, { missedAt: at(11) }),
    ]);
  });

  test('does not forget what is told, until it is a week old', () => {
    const old = [sent(1, 0, { state: 'told' })];
    const week = 7 * 24 * 60;
    expect(look(old, nothing, at(week - 1)).ledger).toHaveLength(1);
    expect(look(old, nothing, at(week)).ledger).toEqual([]);
  });

  test('knows that a message was late only if it was missed when it was', () => {
    expect(isLate(sent(1, 0, { missedAt: at(2) }), patience)).toBe(true);
    expect(isLate(sent(1, 0, { missedAt: at(1.9) }), patience)).toBe(false);
  });
});

describe('the verdict', () => {
  test.for([
    [0, undefined],
    [1.9, undefined],
    [2, 'warn'],
    [59, 'warn'],
    [60, 'fail'],
  ] as const)('on what waits for %d minutes is %s', ([minutes, kind]) => {
    expect(judge([sent(1, 0), sent(2, 50)], minutes)?.kind).toBe(kind);
  });

  test('on one that is overtaken is nothing until it is lost, then a warning, once', () => {
    const ledger = [sent(1, 0, { state: 'overtaken' })];
    expect(judge(ledger, 59)).toBeUndefined();
    expect(judge(ledger, 60)).toMatchObject({ kind: 'warn', cause: 'undelivered' });
    expect(told(ledger, patience, at(59))).toEqual(ledger);
    const after = told(ledger, patience, at(60));
    expect(after).toEqual([sent(1, 0, { state: 'told' })]);
    expect(judge(after, 90)).toBeUndefined();
  });

  test('on what waits is not softened by having been told', () => {
    const ledger = [sent(1, 0)];
    expect(told(ledger, patience, at(90))).toEqual(ledger);
  });

  test('on a late arrival is a warning that says between when and when it came', () => {
    const late = sent(1, 0, { missedAt: at(61) });
    expect(judge([], 66, [late])).toMatchObject({
      kind: 'warn',
      cause: 'slow',
      message: 'the message sent at 2026-11-22T08:00:00Z arrived 61.0 min to 66.0 min later',
    });
    expect(judge([], 180, [sent(1, 0, { missedAt: at(1) })])).toBeUndefined();
  });

  test('puts what does not arrive before what arrived late', () => {
    const late = sent(1, 0, { missedAt: at(61) });
    expect(judge([sent(2, 50)], 66, [late])?.cause).toBe('undelivered');
  });
});

test('its facts count what is still awaited, and since when', () => {
  expect(
    ledgerFacts([sent(1, 0, { state: 'told' }), sent(2, 5, { state: 'overtaken' }), sent(3, 6)]),
  ).toEqual({
    inFlight: 2,
    oldestUnseenAt: at(5),
  });
  expect(ledgerFacts([])).toEqual({ inFlight: 0 });
});
