// What a small host behind two upstreams watches, as its operator writes it.
import { upstreams } from './internet.ts';
import type { Internet } from './internet.ts';

interface More {
  /** How many checks of the web service reach it over the uplinks. */
  readonly sites?: number;
  /** Where administrators are told. */
  readonly webhook?: string;
  /** Packets of an echo. */
  readonly packets?: number;
  /** How many of eight outcomes must be slow. */
  readonly slow?: number;
  /** Witnesses and a service over IPv6 too. */
  readonly six?: boolean;
}

export const behindUplinks = (
  net: Internet,
  { sites = 1, webhook, packets = 2, slow = 2, six = false }: More = {},
): string => {
  const echo = echoOf(packets);
  return `
defaults:
  every: 2s
  timeout: 1s
  confirm: { failures: 3, over: 2s, recheck: 1s, slow: ${slow}, of: ${slow === 2 ? 3 : 8} }
  recover: { successes: 2, over: 1s, calm: 2s }
${webhook === undefined ? '' : `notify: [ { id: admins, type: webhook, url: '${webhook}' } ]`}
witnesses:
  - { id: gateway, layer: gateway, ${echo(net.gateway)} }
  - { id: edge, layer: edge, ${echo(net.edge)} }
${listed(net.references, (host, number) => `  - { id: reference-${number}, network: network ${number}, ${echo(host)} }`)}
${six ? listed(net.six.references, (host, number) => `  - { id: six-${number}, network: network ${number}, ${echo(host)} }`) : ''}
services:
  - id: network
    name: { fr: Réseau, en: Network }
    checks:
      - { id: uplink, type: uplink }
      - { id: sessions, type: bgp, source: { bird: ${net.socket} }, sessions: [${upstreams.join(', ')}] }
  - id: web
    name: { fr: Hébergement web, en: Web hosting }
    depends-on: [network]
    checks:
${listed(Array(sites).fill(net.web), (url, number) => `      - { id: site-${number}, type: http, url: '${url}', expect: { body: { contains: Bienvenue } } }`)}
  - id: marseille
    name: { fr: Serveurs virtuels, en: Virtual servers }
    depends-on: [network]
    checks:
      - { id: marseille-host, ${echo(net.marseille.host)} }
      - { id: marseille-uplink, ${echo(net.marseille.uplink)}, supporting: true }
${six ? `  - { id: six, name: Six, checks: [{ id: six-host, ${echo(net.six.host)} }] }` : ''}
`;
};

const echoOf =
  (packets: number) =>
  (host: string): string =>
    `type: ping, host: '${host}', count: ${packets}, period: ${100 / packets}ms, every: 1s, timeout: 900ms`;

const listed = (items: readonly string[], line: (item: string, number: number) => string): string =>
  items.map((item, index) => line(item, index + 1)).join('\n');
