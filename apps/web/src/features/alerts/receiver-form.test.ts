import { ReceiverDraft, SECRET_KEPT } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { emptyReceiverForm, type ReceiverForm, receiverDraftOf, receiverFormOf, receiverProblems, sameReceiver } from './receiver-form.ts';

const filled: ReceiverForm['fields'] = {
  webhookUrl: 'https://hooks.slack.com/services/T/B/x',
  channel: '#ops',
  routingKey: 'key',
  eventsUrl: 'https://events.eu.pagerduty.com/v2/enqueue',
  to: 'a@example.com, b@example.com',
  from: 'tidemark@example.com',
  smtpHost: 'localhost',
  smtpPort: '25',
  security: 'none',
  username: '',
  password: '',
  url: 'http://127.0.0.1:9000/hook',
  bearerToken: SECRET_KEPT,
};

const form = (kind: ReceiverForm['kind'], rest: Partial<ReceiverForm> = {}): ReceiverForm => ({
  ...emptyReceiverForm,
  name: 'Ops',
  kind,
  fields: filled,
  matchers: 'severity=page',
  groupBy: 'alertname, team',
  ...rest,
});

test.each(['slack', 'pagerduty', 'email', 'webhook'] as const)(
  'a %s form becomes a draft that the server takes, and comes back',
  (kind) => {
    const draft = receiverDraftOf(form(kind), { id: 'x', version: 2 });
    expect(receiverProblems(form(kind))).toEqual({});
    expect(ReceiverDraft.parse(draft)).toEqual(draft);
    const again = receiverFormOf({ ...draft, updatedAtMs: 0 });
    expect(receiverDraftOf(again, draft)).toEqual(draft);
    expect(sameReceiver(again, form(kind))).toBe(true);
  },
);

test('a draft carries only the fields of its kind', () => {
  expect(receiverDraftOf(form('slack')).settings).toEqual({ kind: 'slack', webhookUrl: filled.webhookUrl, channel: '#ops' });
});

test('a secret that was kept is sent back as it came, and is no problem', () => {
  const kept = form('slack', { fields: { ...filled, webhookUrl: SECRET_KEPT } });
  expect(receiverProblems(kept, kept)).toEqual({});
  expect(receiverDraftOf(kept).settings).toMatchObject({ webhookUrl: SECRET_KEPT });
});

test('each field of the kind says what is wrong with it, the others are not asked', () => {
  expect(receiverProblems({ ...emptyReceiverForm, kind: 'email', matchers: 'oops', groupWait: 'x', repeatInterval: '10s' })).toEqual({
    name: 'A receiver needs a name.',
    to: 'To is needed.',
    from: 'From is needed.',
    smtpHost: 'SMTP server is needed.',
    matchers: expect.stringContaining('oops'),
    groupWait: 'A duration like 30s, 5m or 4h.',
    repeatInterval: 'At least 1m.',
  });
  const wrong = { ...filled, to: 'a@example.com, b', from: 'x', smtpPort: '70000', url: 'example.com' };
  expect(Object.keys(receiverProblems(form('email', { fields: wrong })))).toEqual(['to', 'from', 'smtpPort']);
  expect(Object.keys(receiverProblems(form('webhook', { fields: wrong })))).toEqual(['url']);
});
