// The sites that members of the demonstration could have. Nobody looks at them: whatever is on this machine is out of reach of
// « Est-ce mon site ? », so that what would be seen of each is written here, and judged as ever.
import type { Examiner } from '../app/self-check.ts';
import type { SiteFacts, Visit, VisitEnd } from '../core/self-check/facts.ts';

const answered = (status: number): VisitEnd => ({ kind: 'answered', status, expires: false });

/** Both names, plain and encrypted, over IPv4. */
const visits = (plain: VisitEnd, secure: VisitEnd = plain): readonly Visit[] =>
  (['bare', 'www'] as const).flatMap((host) => [
    { host, family: 4, isSecure: false, end: plain },
    { host, family: 4, isSecure: true, end: secure },
  ]);

const well: SiteFacts = {
  name: { standing: 'found', servers: 'ours' },
  hosts: (['bare', 'www'] as const).map((host) => ({ host, four: 'ours', six: 'none' })),
  visits: visits(answered(200)),
  mail: { goes: 'ours', spf: 1 },
};

export const sites: Readonly<Record<string, SiteFacts>> = {
  'theatre.example': well,
  'cinema.example': {
    ...well,
    visits: visits(answered(200), { kind: 'failed', cause: 'tls_expired' }),
  },
  'chorale.example': { ...well, visits: visits(answered(500)), mail: { goes: 'ours', spf: 0 } },
  'librairie.example': {
    ...well,
    name: { standing: 'found', servers: 'others' },
    hosts: well.hosts.map(({ host }) => ({ host, four: 'elsewhere', six: 'none' })),
    visits: [],
  },
  'ancien.example': {
    name: { standing: 'nowhere', servers: 'unknown' },
    hosts: [{ host: 'bare', four: 'unanswered', six: 'unanswered' }],
    visits: [],
  },
};

export const stage: Examiner = { examine: ({ domain }) => Promise.resolve(sites[domain]) };
