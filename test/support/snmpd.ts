// A private SNMP agent: Debian's snmpd, that tells of interfaces as a test wants them.
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';

export const canSnmpd = installed('snmpd') && installed('snmpget') && installed('perl');

export interface Snmpd extends Daemon, AsyncDisposable {
  readonly port: number;
  /** What it tells from now on. Counters go on from where they are, unless the router is rebooted. */
  readonly tell: (told?: Told) => void;
}

/** Of the interface `ge-0/0/1`, with the alias `Gitoyen`, on a router that has three. */
export interface Told {
  readonly index?: number;
  readonly name?: string;
  readonly admin?: 1 | 2;
  readonly oper?: number;
  readonly speedMbit?: number;
  /** By second. */
  readonly bits?: number;
  readonly errors?: number;
  readonly discards?: number;
  /** Counts in 32 bits only, and begins so far from where that ends. */
  readonly narrowFrom?: number;
  /** How often it was rebooted: another number begins all counters anew. */
  readonly reboots?: number;
  /** Before each answer. */
  readonly delaySeconds?: number;
}

export const community = 'open-sesame';
export const snmpUser = { name: 'vigie', authKey: 'a-key-to-prove', privKey: 'a-key-to-hide' } as const;

export const startSnmpd = async (): Promise<Snmpd> => {
  const folder = makeFolder('snmpd');
  const port = await freePort();
  const data = join(folder, 'interfaces');
  const script = join(folder, 'interfaces.pl');
  // The daemon keeps a file of its own beside it, which is called snmpd.conf.
  const file = join(folder, 'agent.conf');
  const tell = (told: Told = {}) => {
    // In one step: the scripts read it whenever they are asked.
    writeFileSync(`${data}.new`, linesOf(told));
    renameSync(`${data}.new`, data);
  };
  tell();
  writeFileSync(script, interfacesScript);
  writeFileSync(file, configuration(port, script, data));
  const daemon = await startDaemon(
    ['snmpd', '-f', '-Lo', '-C', '-c', file, '-p', join(folder, 'snmpd.pid'), '-I', '-smux'],
    {
      folder,
      env: { PATH: `${process.env['PATH']}:/usr/sbin`, SNMP_PERSISTENT_DIR: folder, MIBS: '' },
      isReady: async () =>
        execFileSync(
          'snmpget',
          ['-v2c', '-c', community, '-t1', '-r0', `127.0.0.1:${port}`, '.1.3.6.1.2.1.31.1.1.1.1.7'],
          {
            stdio: 'pipe',
            env: { ...process.env, MIBS: '' },
          },
        ),
    },
  );
  return {
    ...daemon,
    port,
    tell,
    [Symbol.asyncDispose]: async () => {
      await daemon.stop('SIGTERM');
      removeFolder(folder);
    },
  };
};

// Ours count more than those of the daemon itself (`-p 10`); each is a process of its own, and has a clock of its own.
const configuration = (port: number, script: string, data: string): string => `
agentaddress udp:127.0.0.1:${port}
rocommunity ${community} 127.0.0.1
createUser ${snmpUser.name} SHA-256 ${snmpUser.authKey} AES ${snmpUser.privKey}
rouser ${snmpUser.name} priv
${[
  ['.1.3.6.1.2.1.1.3', '.1.3.6.1.2.1.1.3.0'],
  ['.1.3.6.1.2.1.2.2', '.1.3.6.1.2.1.2.2.1.7.'],
  ['.1.3.6.1.2.1.31.1.1', '.1.3.6.1.2.1.31.1.1.1.15.'],
]
  .map(([root, tick]) => `pass_persist -p 10 ${root} /usr/bin/perl ${script} ${data} ${root} ${tick}`)
  .join('\n')}
`;

/** Between two probes, whatever their real distance: so long have counters grown when they are asked again. */
const tickSeconds = 15;

const extended = '.1.3.6.1.2.1.31.1.1.1';
const table = '.1.3.6.1.2.1.2.2.1';

/** Lines such as `.1.3… counter64 START BY-SECOND`. */
const linesOf = ({
  index = 7,
  name = 'ge-0/0/1',
  admin = 1,
  oper = 1,
  speedMbit = 1_000,
  bits = 100e6,
  errors = 0,
  discards = 0,
  narrowFrom,
  reboots = 0,
  delaySeconds = 0,
}: Told): string => {
  const bytes = bits / 8;
  const packets = Math.round(bytes / 1_000);
  const wide = narrowFrom === undefined;
  const begin = wide ? 0 : 2 ** 32 - narrowFrom;
  const others = [2, 40].flatMap((other) => [
    `${extended}.1.${other} string other-${other}`,
    `${extended}.18.${other} string `,
  ]);
  return [
    `reboots ${reboots}`,
    `delay ${delaySeconds}`,
    `.1.3.6.1.2.1.1.3.0 timeticks ${reboots === 0 ? 1_000_000 : 100} 100`,
    ...others,
    `${table}.5.${index} gauge ${Math.min(speedMbit * 1e6, 2 ** 32 - 1)}`,
    `${table}.7.${index} integer ${admin}`,
    `${table}.8.${index} integer ${oper}`,
    `${table}.10.${index} counter ${begin} ${bytes}`,
    `${table}.11.${index} counter ${begin} ${packets}`,
    `${table}.13.${index} counter 0 ${discards}`,
    `${table}.14.${index} counter 0 ${errors}`,
    `${table}.16.${index} counter ${begin} ${bytes}`,
    `${table}.17.${index} counter ${begin} ${packets}`,
    `${table}.19.${index} counter 0 0`,
    `${table}.20.${index} counter 0 0`,
    `${extended}.1.${index} string ${name}`,
    `${extended}.18.${index} string Gitoyen`,
    `${extended}.15.${index} gauge ${speedMbit}`,
    `${extended}.19.${index} timeticks 0`,
    ...(wide
      ? [
          `${extended}.6.${index} counter64 5000000000 ${bytes}`,
          `${extended}.7.${index} counter64 5000000 ${packets}`,
          `${extended}.10.${index} counter64 5000000000 ${bytes}`,
          `${extended}.11.${index} counter64 5000000 ${packets}`,
        ]
      : []),
  ].join('\n');
};

/** The protocol of `pass_persist` (snmpd.conf(5)): PING, get and getnext, a line each. */
const interfacesScript = `
use strict;
my ($data, $root, $tick) = @ARGV;
my (%grown, $reboots);
$| = 1;

sub told {
  open(my $file, '<', $data) or return {};
  my %told;
  for my $line (<$file>) {
    chomp $line;
    my ($oid, $type, @rest) = split / /, $line, -1;
    $told{$oid} = [$type, @rest];
  }
  my $now = $told{reboots}[0];
  if (!defined $reboots || $now != $reboots) { %grown = (); $reboots = $now; }
  return \\%told;
}

sub later {
  my ($one, $other) = map { [split /\\./, substr($_, 1)] } @_;
  for (my $at = 0; $at < @$one; $at++) {
    return 1 if !defined $other->[$at];
    return $one->[$at] > $other->[$at] if $one->[$at] != $other->[$at];
  }
  return 0;
}

sub answer {
  my ($told, $oid) = @_;
  my ($type, @rest) = @{$told->{$oid}};
  my $value = $type eq 'string' ? join(' ', @rest) : $rest[0] + ($grown{$oid} // 0);
  $value = $value % 4294967296 if $type eq 'counter' || $type eq 'timeticks';
  print "$oid\\n$type\\n$value\\n";
}

while (my $command = <STDIN>) {
  chomp $command;
  if ($command eq 'PING') { print "PONG\\n"; next; }
  chomp(my $oid = <STDIN>);
  my $told = told();
  select(undef, undef, undef, $told->{delay}[0]) if $told->{delay}[0] > 0;
  my @known = sort { later($a, $b) ? 1 : -1 } grep { index($_, "$root.") == 0 } keys %$told;
  if ($command eq 'getnext') {
    my ($next) = grep { later($_, $oid) } @known;
    if (defined $next) { answer($told, $next); } else { print "NONE\\n"; }
    next;
  }
  if (!defined $told->{$oid}) { print "NONE\\n"; next; }
  if (index($oid, $tick) == 0) {
    $grown{$_} = ($grown{$_} // 0) + ${tickSeconds} * ($told->{$_}[2] // 0) for grep { $told->{$_}[0] ne 'string' } @known;
  }
  answer($told, $oid);
}
`;
