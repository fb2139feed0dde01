// The programs that tests use beside Node, and the Debian packages that have them.
export const tools: Readonly<Record<string, string>> = {
  chromium: 'chromium',
  fping: 'fping',
  gcc: 'gcc libc6-dev',
  ip: 'iproute2',
  knotd: 'knot',
  mariadbd: 'mariadb-server',
  nft: 'nftables',
  nginx: 'nginx-light',
  openssl: 'openssl',
  postgres: 'postgresql',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  setpriv: 'util-linux',
  unbound: 'unbound',
  wrk: 'wrk',
};
