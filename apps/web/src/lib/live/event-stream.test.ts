import { expect, test } from 'vitest';
import { eventParser, type ServerSentEvent } from './event-stream.ts';

const STREAM =
  'event: connected\ndata: {}\n\n: a comment\ndata: {"a":\ndata:1}\r\nid: 7\r\n\r\n\n\nevent: ping\ndata: \n\nid: 8\ndata: cut off';

test.each([1, 3, 1000])('events come out alike when the stream comes in pieces of %d', (size) => {
  const events: ServerSentEvent[] = [];
  const parse = eventParser((event) => events.push(event));
  for (let i = 0; i < STREAM.length; i += size) parse(STREAM.slice(i, i + size));
  expect(events).toEqual([
    { type: 'connected', data: '{}', id: null },
    { type: 'message', data: '{"a":\n1}', id: '7' },
    { type: 'ping', data: '', id: null },
  ]);
});
