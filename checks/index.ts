// Every check type, by the name it has in the configuration.
import type { CheckType } from './lib/contract.ts';
import bgp from './bgp.ts';
import dns from './dns.ts';
import dnsZone from './dns-zone.ts';
import dnsbl from './dnsbl.ts';
import dnssec from './dnssec.ts';
import ftp from './ftp.ts';
import heartbeat from './heartbeat.ts';
import http from './http.ts';
import imap from './imap.ts';
import mailLoop from './mail-loop.ts';
import mariadb from './mariadb.ts';
import path from './path.ts';
import ping from './ping.ts';
import pop3 from './pop3.ts';
import postgresql from './postgresql.ts';
import radius from './radius.ts';
import sip from './sip.ts';
import smtp from './smtp.ts';
import snmp from './snmp.ts';
import ssh from './ssh.ts';
import tcp from './tcp.ts';
import tls from './tls.ts';
import uplink from './uplink.ts';
import value from './value.ts';

export const checkTypes = {
  bgp,
  dns,
  'dns-zone': dnsZone,
  dnsbl,
  dnssec,
  ftp,
  heartbeat,
  http,
  imap,
  'mail-loop': mailLoop,
  mariadb,
  path,
  ping,
  pop3,
  postgresql,
  radius,
  sip,
  smtp,
  snmp,
  ssh,
  tcp,
  tls,
  uplink,
  value,
} satisfies Record<string, CheckType>;
