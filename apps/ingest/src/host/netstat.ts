import { familiesByKey, type Reading, reading, untyped, wordsByLine } from './reading.ts';
import type { HostSource } from './source.ts';

const familyOf = familiesByKey((key) => {
  const [protocol, field] = key.split(' ');
  return untyped(`node_netstat_${protocol}_${field}`, `Statistic ${protocol}${field}.`);
});

/** The fields that node_exporter takes by default. */
const WANTED = new RegExp(
  '^(.* (InErrors|InErrs)|Ip Forwarding|Ip(6|Ext) (InOctets|OutOctets)|Icmp6? (InMsgs|OutMsgs)|' +
    'TcpExt (Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|' +
    'Tcp (ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|' +
    'Udp6? (InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$',
);

/** /proc/net/netstat and /proc/net/snmp: a line of names, then a line of values. */
export function parseNetstat(text: string): Reading[] {
  const lines = wordsByLine(text);
  const readings: Reading[] = [];
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [label, ...names] = lines[i];
    const [, ...values] = lines[i + 1];
    names.forEach((name, column) => {
      const key = `${label.replace(/:$/, '')} ${name}`;
      if (WANTED.test(key) && column < values.length) readings.push(reading(familyOf(key), Number(values[column])));
    });
  }
  return readings;
}

/** /proc/net/snmp6: `Ip6InOctets  128`. */
export function parseSnmp6(text: string): Reading[] {
  return wordsByLine(text).flatMap(([name, value]) => {
    const [, protocol, field] = /^(.+?6)(.+)$/.exec(name) ?? [];
    const key = `${protocol} ${field}`;
    return protocol !== undefined && WANTED.test(key) ? [reading(familyOf(key), Number(value))] : [];
  });
}

export const netstatSource: HostSource = {
  collector: 'netstat',
  async read(files) {
    const [netstat, snmp] = await Promise.all([files.proc('net/netstat'), files.proc('net/snmp')]);
    const snmp6 = await files.proc('net/snmp6').catch(() => ''); // Without IPv6 in the kernel.
    return [...parseNetstat(netstat), ...parseNetstat(snmp), ...parseSnmp6(snmp6)];
  },
};
