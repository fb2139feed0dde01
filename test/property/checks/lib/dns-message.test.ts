// Replies as nobody should send them: reading them ends in a reply, in nothing, or in a Failure.
import packet from 'dns-packet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeQuestion, readReply, recordTypes } from '../../../../checks/lib/dns-message.ts';
import type { Reply } from '../../../../checks/lib/dns-message.ts';
import { Failure } from '../../../../checks/lib/outcome.ts';
import { fuzz, fuzzAtLeast } from '../../../support/fuzz.ts';

const id = 4_711;
const name = 'www.example.org';

const good = packet.encode({
  type: 'response',
  id,
  questions: [{ type: 'TXT', name }],
  answers: [
    { type: 'CNAME', name, data: 'host.example.org' },
    { type: 'TXT', name: 'host.example.org', data: ['some text', 'and more'] },
    { type: 'MX', name, data: { preference: 10, exchange: 'mx.example.org' } },
    { type: 'SRV', name, data: { port: 5060, target: 'sip.example.org' } },
    { type: 'CAA', name, data: { flags: 0, tag: 'issue', value: 'ca.example' } },
    { type: 'AAAA', name, data: '2001:db8::1' },
  ],
  authorities: [{ type: 'SOA', name, data: { mname: 'ns.example.org', rname: 'host.example.org' } }],
  additionals: [{ type: 'NSEC', name, data: { nextDomain: 'a.example.org', rrtypes: ['A', 'TXT'] } }],
});

const read = (message: Buffer, record: (typeof recordTypes)[number] = 'TXT'): Reply | Failure | undefined => {
  try {
    return readReply(message, { name, record, recursion: true }, id);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
};

test('the message that is broken below is good', () => {
  expect(read(good)).toMatchObject({ answers: ['some textand more'] });
});

const changes = fc.array(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 })), {
  minLength: 1,
  maxLength: 8,
});

test('bytes that are changed, and an end that is missing, break nothing', () => {
  fc.assert(
    fc.property(
      changes,
      fc.nat({ max: good.length }),
      fc.constantFrom(...recordTypes),
      (changes, cut, record) => {
        const message = Buffer.from(good.subarray(0, good.length - (cut % 3 === 0 ? cut : 0)));
        for (const [index, byte] of changes) if (index < message.length) message[index] = byte;
        const reply = read(message, record);
        expect(reply === undefined || reply instanceof Failure || reply.answers.length <= 500).toBe(true);
      },
    ),
    fuzzAtLeast(5_000),
  );
});

test('noise after a header that fits breaks nothing', () => {
  const noise = fc.uint8Array({ minLength: 10, maxLength: 600 });
  fc.assert(
    fc.property(noise, (bytes) => {
      const message = Buffer.concat([Buffer.of(id >> 8, id & 0xff), bytes]);
      const reply = read(message);
      expect(reply === undefined || reply instanceof Failure || reply.bytes === message.length).toBe(true);
    }),
    fuzzAtLeast(2_000),
  );
});

test('a message of thousands of records, which could point to one another, is not read at all', () => {
  const message = Buffer.alloc(65_535);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(0x8000, 2);
  message.writeUInt16BE(5_400, 6);
  expect(read(message)).toMatchObject({ message: 'a reply of 5400 records' });
});

test('what is asked is what is encoded', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...recordTypes),
      fc.boolean(),
      fc.nat({ max: 65_535 }),
      (record, recursion, id) => {
        expect(packet.decode(encodeQuestion({ name, record, recursion }, id))).toMatchObject({
          id,
          flag_rd: recursion,
          questions: [{ name, type: record, class: 'IN' }],
        });
      },
    ),
    fuzz,
  );
});
