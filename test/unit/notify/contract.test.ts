import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../checks/lib/contract.ts';
import { Failure, Unfit, evidenceCharsMax } from '../../../checks/lib/outcome.ts';
import { Secret } from '../../../config/secret.ts';
import { Postponement, Refusal, defineNotifier } from '../../../server/notify/contract.ts';
import { makeErrand, makeMessage } from '../../support/message.ts';

const notifierThat = (send: () => Promise<string>, options: z.ZodObject = z.strictObject({})) =>
  defineNotifier({
    title: 'Pigeon',
    summary: 'Carries the message.',
    options,
    hosts: () => [],
    send,
  });

const deliver = (send: () => Promise<string>, errand = makeErrand()) =>
  notifierThat(send).send(makeMessage(), {}, errand);

const throwing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

describe('what comes of a delivery', () => {
  test('is "delivered" when the receiver has it', async () => {
    const send = async () => '250 queued as 4XYZ';
    expect(await deliver(send)).toEqual({ kind: 'delivered', evidence: '250 queued as 4XYZ' });
  });

  test.for([
    [
      'refused for ever',
      new Refusal('answered 401: check the token'),
      { kind: 'refused', evidence: 'answered 401: check the token' },
    ],
    ['told to wait', new Postponement('answered 503'), { kind: 'deferred', evidence: 'answered 503' }],
    [
      'told how long to wait',
      new Postponement('answered 429', 30_000),
      { kind: 'deferred', evidence: 'answered 429', afterMs: 30_000 },
    ],
    [
      'out of reach',
      new Failure('refused', '192.0.2.1 port 25 refused the connection'),
      { kind: 'deferred', evidence: '192.0.2.1 port 25 refused the connection' },
    ],
    [
      'without a way out of here',
      new Unfit('self_no_network', 'no route from here'),
      { kind: 'deferred', evidence: 'no route from here' },
    ],
    [
      'asked for what cannot be written',
      new Unfit('self_misconfigured', 'the request cannot be sent'),
      { kind: 'refused', evidence: 'the request cannot be sent' },
    ],
  ] as const)('of a receiver %s', async ([, error, delivery]) => {
    expect(await deliver(throwing(error))).toEqual(delivery);
  });

  test('is put off when the time is up, whatever a library throws then', async () => {
    const signal = AbortSignal.abort(new Deadline(5_000));
    const delivery = await deliver(throwing(new Error('socket hang up')), makeErrand({ signal }));
    expect(delivery).toEqual({ kind: 'deferred', evidence: 'no end after 5000 ms' });
  });

  test('keeps evidence to one bounded line that a terminal does not obey', async () => {
    const delivery = await deliver(throwing(new Refusal(`550 \u001b[2Jno\r\n${'x'.repeat(10_000)}`)));
    expect(delivery).toMatchObject({
      kind: 'refused',
      evidence: expect.stringMatching(/^550 {2}\[2Jno x+…$/),
    });
    expect(delivery).toHaveProperty('evidence.length', evidenceCharsMax);
  });

  test('repeats no secret of the options, however the receiver spells it', async () => {
    const options = {
      token: new Secret('canary token/1'),
      more: { url: new Secret('https://example.org/hooks/canary?key=canary') },
      tiny: new Secret('42'),
    };
    const evidence =
      'no such token canary token/1, canary%20token%2F1, Y2FuYXJ5IHRva2VuLzE= at /hooks/canary?key=canary (42)';
    for (const send of [async () => evidence, throwing(new Refusal(evidence))]) {
      const delivery = await notifierThat(send).send(makeMessage(), options, makeErrand());
      expect(delivery.evidence).toBe('no such token [secret], [secret], [secret] at [secret] (42)');
    }
  });

  test('is no delivery at all when we stop', async () => {
    const stopping = new Error('we stop');
    const errand = makeErrand({ signal: AbortSignal.abort(stopping) });
    await expect(deliver(async () => 'ok', errand)).rejects.toBe(stopping);
  });

  test('does not hide a bug of ours', async () => {
    await expect(deliver(throwing(new TypeError('x is not a function')))).rejects.toThrow(TypeError);
  });
});
