import { TCP_SOCKETS_LISTED_MAX } from './limits.ts';
import { gauge, type Reading, reading, wordsByLine } from './reading.ts';
import { type HostFiles, type HostSource, slowSource } from './source.ts';

const TCP = gauge('node_tcp_connection_states', 'Number of connection states.', 'state');
const UDP = gauge('node_udp_queues', 'Number of allocated memory in the kernel for UDP datagrams in bytes.', 'queue', 'ip');

/** By the kernel's number, from 1. */
const STATES = [
  ...['established', 'syn_sent', 'syn_recv', 'fin_wait1', 'fin_wait2', 'time_wait', 'close', 'close_wait', 'last_ack', 'listen'],
  'closing',
];

/** /proc/net/tcp and its like: a heading, then `sl local remote state sent:received …`, hexadecimal. */
export interface Sockets {
  readonly states: readonly number[];
  readonly txQueuedBytes: number;
  readonly rxQueuedBytes: number;
}

export function parseSockets(text: string): Sockets {
  const lines = wordsByLine(text).slice(1);
  const queued = (part: number) => lines.reduce((sum, [, , , , queues = '']) => sum + Number.parseInt(queues.split(':')[part], 16), 0);
  return { states: lines.map(([, , , state]) => Number.parseInt(state, 16)), txQueuedBytes: queued(0), rxQueuedBytes: queued(1) };
}

/** Also the states that no connection is in: 0 is an answer. */
export function describeTcp(all: readonly Sockets[]): Reading[] {
  const states = all.flatMap(({ states }) => states);
  return [
    ...STATES.map((name, i) => reading(TCP, states.filter((state) => state === i + 1).length, name)),
    reading(
      TCP,
      all.reduce((sum, { rxQueuedBytes }) => sum + rxQueuedBytes, 0),
      'rx_queued_bytes',
    ),
    reading(
      TCP,
      all.reduce((sum, { txQueuedBytes }) => sum + txQueuedBytes, 0),
      'tx_queued_bytes',
    ),
  ];
}

export const tcpstatSource = () =>
  slowSource({
    collector: 'tcpstat',
    async read(files) {
      const allocated = Number(/^TCP: .*\balloc (\d+)/m.exec(await files.proc('net/sockstat'))?.[1]);
      if (allocated > TCP_SOCKETS_LISTED_MAX) throw new Error(`${allocated} sockets are too many to list`);
      const [v4, v6] = await socketsOf(files, 'tcp');
      return describeTcp(v6 === null ? [v4] : [v4, v6]);
    },
  });

export const udpQueuesSource: HostSource = {
  collector: 'udp_queues',
  async read(files) {
    const [v4, v6] = await socketsOf(files, 'udp');
    const of = (sockets: Sockets | null, ip: string) =>
      sockets === null ? [] : [reading(UDP, sockets.txQueuedBytes, 'tx', ip), reading(UDP, sockets.rxQueuedBytes, 'rx', ip)];
    return [...of(v4, 'v4'), ...of(v6, 'v6')];
  },
};

/** The second is null without IPv6 in the kernel. */
async function socketsOf(files: HostFiles, protocol: 'tcp' | 'udp'): Promise<[v4: Sockets, v6: Sockets | null]> {
  const [v4, v6] = await Promise.all([files.proc(`net/${protocol}`), files.proc(`net/${protocol}6`).catch(() => null)]);
  return [parseSockets(v4), v6 === null ? null : parseSockets(v6)];
}
