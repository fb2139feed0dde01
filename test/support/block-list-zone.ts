// A block list as a zone of a name server: its test points, and whom it lists.
import { reversed } from '../../checks/lib/block-list.ts';

interface Entry {
  readonly code?: string;
  readonly reason?: string;
}

/** Whom the list of a test may have: by address, with the code and the reason. */
export type Entries = Readonly<Record<string, Entry>>;

/** What RFC 5782 wants of every list. */
export const testPoints: Entries = { '127.0.0.2': {}, '::ffff:7f00:2': {} };

/** The text of a zone file; `everybody` is the code that is answered to every name. */
export const blockListZone = (zone: string, entries: Entries, everybody?: string): string => `
$ORIGIN ${zone}.
@ 60 SOA ns1.${zone}. hostmaster.${zone}. 1 3600 600 86400 60
@ 60 NS ns1.${zone}.
ns1 60 A 192.0.2.1
${everybody === undefined ? '' : `* 60 A ${everybody}\n* 60 TXT "${everybodyReason}"`}
${Object.entries(entries)
  .map(
    ([address, { code = '127.0.0.2', reason = 'a test point' }]) =>
      `${reversed(address)} 60 A ${code}\n${reversed(address)} 60 TXT "${reason}"`,
  )
  .join('\n')}
`;

const everybodyReason = 'Error: open resolver; see the terms of use';
