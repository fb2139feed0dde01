// A certificate authority in a temporary folder, made with openssl: a root, an intermediate, and what they issue.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Issued {
  /** PEM text. `chain` is the certificate with its intermediate, as a server should send it. */
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly chainFile: string;
}

interface Order {
  /** Alternative names as openssl writes them: `DNS:www.lab.test`, `IP:127.0.0.1`. */
  readonly names?: readonly string[];
  readonly subject?: string;
  /** Days from now; negative ones are past. */
  readonly fromDays?: number;
  readonly toDays?: number;
  readonly signedBy?: 'intermediate' | 'root' | 'itself';
  readonly isAuthority?: boolean;
  /** Takes the key of this one instead of a new one, as an authority does that renews its certificate. */
  readonly keyOf?: Issued;
  /** Leaves out which key signed it, as a forger would. */
  readonly hidesKeys?: boolean;
}

export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'vigie-ca-'));
  readonly root: Issued;
  readonly intermediate: Issued;
  #issued = 0;

  constructor({ name = 'Lab', intermediateToDays = 1_000 } = {}) {
    writeFileSync(join(this.folder, 'index.txt'), '');
    writeFileSync(join(this.folder, 'index.txt.attr'), 'unique_subject = no\n');
    writeFileSync(join(this.folder, 'ca.conf'), configuration(this.folder));
    this.root = this.issue({
      subject: `/CN=${name} Root`,
      signedBy: 'itself',
      isAuthority: true,
      fromDays: -365,
      toDays: 3_650,
    });
    this.intermediate = this.issue({
      subject: `/CN=${name} Intermediate`,
      signedBy: 'root',
      isAuthority: true,
      fromDays: -365,
      toDays: intermediateToDays,
    });
  }

  issue({
    names = [],
    subject = '/CN=a server',
    fromDays = -1,
    toDays = 89,
    signedBy = 'intermediate',
    isAuthority = false,
    keyOf,
    hidesKeys = false,
  }: Order): Issued {
    const path = (suffix: string) => join(this.folder, `${this.#issued}.${suffix}`);
    this.#issued += 1;
    const keyFile = keyOf?.keyFile ?? path('key.pem');
    const certificateFile = path('pem');
    const chainFile = path('chain.pem');
    const key = keyOf
      ? `-key ${keyFile}`
      : `-nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout ${keyFile}`;
    openssl(`req -new ${key} -out ${path('csr')} -subj`, subject);
    writeFileSync(path('ext'), extensions(isAuthority, names, hidesKeys));
    const issuer = signedBy === 'itself' ? undefined : this[signedBy];
    const signer =
      issuer === undefined
        ? `-selfsign -keyfile ${keyFile}`
        : `-keyfile ${issuer.keyFile} -cert ${issuer.certificateFile}`;
    openssl(
      `ca -batch -notext -config ${join(this.folder, 'ca.conf')} ${signer} -in ${path('csr')} -out ${certificateFile} -extfile ${path('ext')} -startdate ${date(fromDays)} -enddate ${date(toDays)}`,
    );
    const certificate = readFileSync(certificateFile, 'utf8');
    const chain = signedBy === 'intermediate' ? certificate + this.intermediate.certificate : certificate;
    writeFileSync(chainFile, chain);
    return { key: readFileSync(keyFile, 'utf8'), certificate, chain, keyFile, certificateFile, chainFile };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const openssl = (words: string, ...more: string[]): void => {
  execFileSync('openssl', [...words.split(' '), ...more], { stdio: 'pipe' });
};

const date = (daysFromNow: number): string =>
  new Date(Date.now() + daysFromNow * 86_400_000).toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '');

const configuration = (folder: string): string => `
[ca]
default_ca = lab
[lab]
database = ${join(folder, 'index.txt')}
new_certs_dir = ${folder}
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = optional
`;

const extensions = (isAuthority: boolean, names: readonly string[], hidesKeys: boolean): string =>
  [
    `basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`,
    ...(hidesKeys ? ['subjectKeyIdentifier=none', 'authorityKeyIdentifier=none'] : []),
    ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
  ].join('\n');
