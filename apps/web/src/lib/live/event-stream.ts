/** Server-sent events, read from text that comes in pieces. Spec: html.spec.whatwg.org, 9.2.6; comments and `retry` are skipped. */
export interface ServerSentEvent {
  readonly type: string;
  readonly data: string;
  /** Null: keeps the one before. */
  readonly id: string | null;
}

/** Takes the stream in pieces, cut anywhere. */
export function eventParser(onEvent: (event: ServerSentEvent) => void): (piece: string) => void {
  let rest = '';
  let [type, id]: [string, string | null] = ['', null];
  let data: string[] = [];
  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) onEvent({ type: type === '' ? 'message' : type, data: data.join('\n'), id });
      [type, id, data] = ['', null, []];
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') type = value;
    if (field === 'data') data.push(value);
    if (field === 'id') id = value;
  };
  return (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() as string;
    for (const text of lines) line(text.endsWith('\r') ? text.slice(0, -1) : text);
  };
}
