// What a small host behind two upstreams watches, as its operator writes it.
import { upstreams } from './internet.ts';
import type { Internet } from './internet.ts';

/** So many checks of the web service reach it over the uplinks. */
export const behindUplinks = ({ gateway, edge, references, ...net }: Internet, sites = 1): string => `
defaults:
  every: 2s
  timeout: 1s
  confirm: { failures: 3, over: 2s, recheck: 1s, slow: 2, of: 3 }
  recover: { successes: 2, over: 1s, calm: 2s }
witnesses:
  - { id: gateway, layer: gateway, ${echo(gateway)} }
  - { id: edge, layer: edge, ${echo(edge)} }
${references.map((host, index) => `  - { id: reference-${index + 1}, network: network ${index + 1}, ${echo(host)} }`).join('\n')}
services:
  - id: network
    name: { fr: Réseau, en: Network }
    checks:
      - { id: uplink, type: uplink }
      - { id: sessions, type: bgp, source: { bird: ${net.socket} }, sessions: [${upstreams.join(', ')}] }
  - id: web
    name: { fr: Hébergement web, en: Web hosting }
    checks:
${Array.from({ length: sites }, (_, index) => `      - { id: site-${index + 1}, type: http, url: '${net.web}', expect: { body: { contains: Bienvenue } } }`).join('\n')}
  - id: marseille
    name: { fr: Serveurs virtuels, en: Virtual servers }
    checks:
      - { id: marseille-host, ${echo(net.marseille.host)} }
      - { id: marseille-uplink, ${echo(net.marseille.uplink)}, supporting: true }
`;

const echo = (host: string): string =>
  `type: ping, host: ${host}, count: 2, period: 50ms, every: 1s, timeout: 800ms`;
