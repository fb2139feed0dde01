// The configuration of the demonstration, as an operator would have written it for that world.
import type { Files } from '../../config/files.ts';
import type { WorldPorts } from './world.ts';

/** What it is called where it is named, in problems and on the page. */
export const demonstrationPath = 'demonstration.yaml';

/** A disk that holds this one configuration. */
export const demonstrationFiles = (ports: WorldPorts): Files => ({
  readText: () => demonstrationYaml(ports),
  readDir: () => undefined,
});

// Short intervals, so that a visitor need not wait: a story of ten minutes is told in probes of five seconds.
const demonstrationYaml = ({ site, panel, database, mail, names }: WorldPorts): string => `
organisation:
  name: Globenet
  timezone: Europe/Paris
  languages: [fr, en]
defaults:
  every: 5s
  timeout: 3s
  confirm: { failures: 3, over: 6s, recheck: 2s }
  recover: { successes: 2, over: 5s, calm: 30s }
services:
  - id: web
    name: { fr: Hébergement web, en: Web hosting }
    group: { fr: Hébergement, en: Hosting }
    checks:
      - { id: site, type: http, url: 'http://127.0.0.1:${site}/', body: { contains: Bienvenue } }
      - { id: panel, type: http, url: 'http://127.0.0.1:${panel}/', supporting: true }
  - id: databases
    name: { fr: Bases de données, en: Databases }
    group: { fr: Hébergement, en: Hosting }
    checks:
      - id: db1
        type: postgresql
        host: 127.0.0.1
        port: ${database}
        user: postgres
        database: postgres
        password: { env: VIGIE_DEMONSTRATION_PASSWORD }
        slow: { commit: 80ms }
  - id: mail
    name: { fr: Courriel, en: Mail }
    group: { fr: Hébergement, en: Hosting }
    checks:
      - { id: smtp, type: tcp, host: 127.0.0.1, port: ${mail}, dialogue: [{ expect: '^220 ' }, { send: 'QUIT\\r\\n' }] }
  - id: names
    name: { fr: Noms de domaine, en: Domain names }
    group: { fr: Réseau et serveurs, en: Network and servers }
    checks:
      - { id: ns1, type: dns, server: 127.0.0.1, port: ${names}, name: example.org, record: A, authoritative: true }
`;
