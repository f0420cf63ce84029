import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server without encryption: set `security` to `none`. Asks for a sign-in only when it is given one. */
export interface SmtpReceiver {
  readonly host: string;
  readonly port: number;
  readonly received: ReceivedMail[];
  /** What breaks RFC 5322, or what a mail of ours must have; must stay empty. */
  readonly violations: string[];
  /** The next mails are answered with these codes. */
  readonly fail: (...codes: readonly number[]) => void;
  stop(): Promise<void>;
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly mail: ParsedMail;
}

export async function startSmtpReceiver(port = 0, login?: { readonly username: string; readonly password: string }): Promise<SmtpReceiver> {
  const received: ReceivedMail[] = [];
  const violations: string[] = [];
  const failures: number[] = [];
  const server = new SMTPServer({
    authOptional: login === undefined,
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) => {
      const good = username === login?.username && password === login?.password;
      done(good ? null : new Error('Invalid username or password'), good ? { user: username } : undefined);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const code = failures.shift();
        if (code !== undefined) return done(Object.assign(new Error('refused as told'), { responseCode: code }));
        const raw = Buffer.concat(chunks);
        void simpleParser(raw).then((mail) => {
          violations.push(...mailViolations(mail, raw.toString('utf8')));
          const { mailFrom, rcptTo } = session.envelope;
          received.push({ from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address), mail });
          done();
        });
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return {
    host: '127.0.0.1',
    port: (server.server.address() as AddressInfo).port,
    received,
    violations,
    fail: (...codes) => failures.push(...codes),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function mailViolations(mail: ParsedMail, raw: string): string[] {
  const found: string[] = [];
  for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'mime-version']) {
    if (!mail.headers.has(name)) found.push(`header ${name} is missing`);
  }
  if (!mail.text?.trim()) found.push('there is no text part');
  if (!mail.html) found.push('there is no HTML part');
  if (raw.split('\r\n').some((line) => Buffer.byteLength(line) > 998)) found.push('a line is longer than 998 bytes');
  return found;
}
