// The list of the domains that are hosted here, as a hosting panel exports it: one a line, as a name or as its SHA-256.
import { domainToASCII } from 'node:url';
import type { Content } from './fields.ts';

const linesMax = 50_000;
const bytesMax = 4_000_000;
const namePattern = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9-]{2,63}$/;
const hashPattern = /^[0-9a-f]{64}$/;

/** Names in ASCII without `www.`, and hashes as they are; the number of the first line that is neither. */
export const readDomains = (
  text: string,
): { readonly domains: ReadonlySet<string>; readonly wrongLine?: number } => {
  const domains = new Set<string>();
  const lines = text.split('\n', linesMax + 1);
  for (const [index, line] of lines.entries()) {
    const entry = entryIn(line);
    if (entry === undefined || index >= linesMax) return { domains, wrongLine: index + 1 };
    if (entry !== '') domains.add(entry);
  }
  return { domains };
};

/** Empty for a line that says nothing; `#` begins what is only for people. */
const entryIn = (line: string): string | undefined => {
  const written = line.replace(/#.*/, '').trim().toLowerCase();
  if (written === '' || hashPattern.test(written)) return written;
  const name = domainToASCII(written.replace(/\.$/, '')).replace(/^www\.(?=.+\.)/, '');
  return namePattern.test(name) ? name : undefined;
};

export const hostedDomains: Content = {
  expected: `a domain, or its SHA-256 in hexadecimal, on each of at most ${linesMax} lines`,
  bytesMax,
  isRight: (text) => readDomains(text).wrongLine === undefined,
  wrongLine: (text) => readDomains(text).wrongLine,
};
