// The network that the demonstration watches: which servers there are, and which trouble each of them can have. The
// database, which needs a process of its own, is not among them.
import { createAuthority } from './certificate.ts';
import { accept, startEncrypted, startJson, startNameServer, startSite, startTalker } from './servers.ts';
import type { Now } from './servers.ts';
import type { Trouble } from './story.ts';

export type When = (trouble: Trouble) => Now;

const dayMs = 86_400_000;

/** The port of each by the name that it has in `vigie.yaml`, and the authority (PEM text) that vouches for certificates. */
export const startNetwork = async (when: When) => {
  const { ca, fresh, old } = issueCertificates();
  const ports = {
    site: await startSite('Bienvenue chez nos membres', when('site-fails')),
    panel: await startSite('Panneau de gestion'),
    encrypted: await startEncrypted({ fresh, old }, when('certificate-old')),
    smtp: await startTalker(smtp, { hangs: when('mail-hangs') }),
    imap: await startTalker(imap, { hangs: when('mail-hangs') }),
    ns1: await startNameServer(when('questions-lost')),
    ns2: await startNameServer(),
    router: await accept((socket) => socket.end()),
    vm1: await startTalker(ssh),
    vm2: await startTalker(ssh, { cuts: when('virtual-server-fails') }),
    requests: await startJson({ waiting: 4, oldestDays: 3 }),
    farWeb: await accept((socket) => socket.end()),
    farNames: await startNameServer(),
  };
  return { ports, ca };
};

const smtp = { greeting: '220 courriel.example.org ESMTP', farewell: '221 2.0.0 Au revoir' };
const imap = { greeting: '* OK IMAP4rev1', farewell: '* BYE' };
const ssh = { greeting: 'SSH-2.0-OpenSSH_10.0', farewell: '' };

const issueCertificates = () => {
  const day = (fromNow: number) => Date.now() + fromNow * dayMs;
  const { cert: ca, issue } = createAuthority('Autorité de la démonstration', day(-365), day(365));
  const name = 'www.example.org';
  return { ca, fresh: issue(name, day(-1), day(89)), old: issue(name, day(-85), day(5)) };
};
