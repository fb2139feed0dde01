// Replies of a SIP server, made from the requests.

/** Like that of Kamailio; what `change` makes of its lines is said instead. */
export const sipReply = (
  request: Buffer,
  status: string,
  change: (lines: readonly string[]) => readonly string[] = (lines) => lines,
): Buffer => {
  const asked = request.toString().split('\r\n');
  const header = (name: string) => asked.find((line) => line.startsWith(`${name}: `)) ?? '';
  const lines = [
    `SIP/2.0 ${status}`,
    header('Via').replace(';rport', ';rport=40000;received=127.0.0.1'),
    `${header('To')};tag=b27e1a1d33761e85846fc98f5f3a7e58`,
    header('From'),
    header('CSeq'),
    header('Call-ID'),
    'Server: lab (1.0)',
    'Content-Length: 0',
  ];
  return Buffer.from(`${change(lines).join('\r\n')}\r\n\r\n`);
};
