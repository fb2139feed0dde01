// What a check type calls the phases of its probe, in the three words that mean something to who uses the service.

export const slowParts = ['connecting', 'reading', 'writing'] as const;
export type SlowPart = (typeof slowParts)[number];

const byPhase = new Map<string, SlowPart>([
  ['resolve', 'connecting'],
  ['connect', 'connecting'],
  ['tls', 'connecting'],
  ['auth', 'connecting'],
  ['query', 'reading'],
  ['read', 'reading'],
  ['write', 'writing'],
  ['commit', 'writing'],
]);

export const slowPartOf = (phase: string): SlowPart | undefined => byPhase.get(phase);
