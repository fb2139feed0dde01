import { describe, expect, test } from 'vitest';
import { domain, duration, host, id, port, secret, size } from '../../../config/fields.ts';
import { Secret } from '../../../config/secret.ts';

describe('a duration', () => {
  test.for([
    ['50ms', 50],
    ['20s', 20_000],
    ['1.5s', 1_500],
    ['1.0005s', 1_001],
    ['5m', 300_000],
    ['5min', 300_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
  ] as const)('%s is %i milliseconds', ([text, ms]) => {
    expect(duration().parse(text)).toBe(ms);
  });

  test.for(['', '5', 5, '5 s', '-5s', '5S', '5sm', 's', '1e3s', '٥s', '0.4ms', '401d', Number.NaN, null, {}])(
    'is not %j',
    (text) => {
      expect(duration().safeParse(text).success).toBe(false);
    },
  );

  test('has limits that it names', () => {
    const { error } = duration({ minMs: 1_500, maxMs: 3_600_000 }).safeParse('1s');
    expect(error?.issues[0]?.message).toBe('a duration from 1500ms to 1h');
  });
});

describe('a size', () => {
  test.for([
    ['512B', 512],
    ['64kB', 64_000],
    ['1MB', 1_000_000],
  ] as const)('%s is %i bytes', ([text, bytes]) => {
    expect(size({ maxBytes: 1_000_000 }).parse(text)).toBe(bytes);
  });

  test.for(['1001kB', '0B', '1.5kB', '1KB', '64', 64])('up to 1MB is not %j', (text) => {
    expect(size({ maxBytes: 1_000_000 }).safeParse(text).success).toBe(false);
  });
});

describe('a host', () => {
  test.for([
    'example.org',
    'EXAMPLE.org.',
    '_dmarc.example.org',
    'localhost',
    '192.0.2.1',
    '1.2.3.4.in-addr.arpa',
    'db1',
    '2001:db8::1',
    '::ffff:192.0.2.1',
  ])('is %s', (text) => {
    expect(host().parse(text)).toBe(text);
  });

  test.for([
    '',
    '.',
    'a..b',
    '-a.org',
    'a-.org',
    'https://example.org',
    'example.org:80',
    '[2001:db8::1]',
    ':::',
    'a b',
    '192.0.2.300',
    '192.0.2',
    'db.1.',
    '1',
    'é.fr',
    `${'a'.repeat(64)}.org`,
    'a.'.repeat(127),
    'x'.repeat(200_000),
    1,
  ])('is not %j', (text) => {
    expect(host().safeParse(text).success).toBe(false);
  });
});

describe('a name with accents', () => {
  test.for([
    ['associés.fr', 'xn--associs-gya.fr'],
    ['WWW.Associés.FR', 'www.xn--associs-gya.fr'],
    ['_dmarc.associés.fr.', '_dmarc.xn--associs-gya.fr.'],
  ] as const)('%s is refused in favour of %s', ([written, ascii]) => {
    for (const field of [host(), domain()])
      expect(field.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
        `the same in ASCII: ${ascii}`,
      ]);
    expect(domain().parse(ascii)).toBe(ascii);
  });

  test.for(['é..fr', 'é fr', 'é/0.fr', 'é%.fr', 'https://é.fr', 'é.fr:80', '\u00ad', 'é'.repeat(64)])(
    'is none in %j, so that there is nothing to favour',
    (written) => {
      const messagesOf = (field: ReturnType<typeof host>) =>
        field.safeParse(written).error?.issues.map(({ message }) => message);
      expect(messagesOf(host())).toEqual(['a host name or an address, without scheme or port']);
      expect(messagesOf(domain())).toEqual(['a domain name']);
    },
  );

  test('too long to be one is not looked at', () => {
    expect(domain().safeParse('é'.repeat(254)).error?.issues[0]?.message).toContain('at most 253');
  });
});

test.for([
  [1, true],
  [65_535, true],
  [0, false],
  [65_536, false],
  [80.5, false],
  ['80', false],
  [Number.NaN, false],
] as const)('%j is a port: %s', ([value, isPort]) => {
  expect(port().safeParse(value).success).toBe(isPort);
});

test.for([
  ['db1', true],
  ['a', true],
  ['a-b', true],
  ['a'.repeat(64), true],
  ['a'.repeat(65), false],
  ['-a', false],
  ['a-', false],
  ['A', false],
  ['a_b', false],
  ['', false],
  ['a\n', false],
] as const)('%j is an id: %s', ([value, isId]) => {
  expect(id().safeParse(value).success).toBe(isId);
});

test('a secret that is one already stays what it is', () => {
  const known = new Secret('canary');
  expect(secret().parse(known)).toBe(known);
});

test('a secret is neither its value nor a reference that nobody marked', () => {
  for (const written of ['canary', { env: 'NAME' }, undefined, null, 5]) {
    const { error } = secret().safeParse(written);
    expect(error?.issues[0]?.message).toBe('a secret as { env: NAME } or { file: PATH }');
    expect(JSON.stringify(error)).not.toContain('canary');
  }
});
