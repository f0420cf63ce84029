import type { LedgerAlert } from '@tidemark/db';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderEmail } from './email.ts';
import { type Message, shorten, titleOf } from './message.ts';
import { renderPagerDuty } from './pagerduty.ts';
import { renderSlack } from './slack.ts';
import { pagerDutyViolations } from './testing/pagerduty-rules.ts';
import { slackViolations } from './testing/slack-rules.ts';
import { renderWebhook } from './webhook.ts';

const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

function alertOf(more: Partial<LedgerAlert> = {}): LedgerAlert {
  return {
    ruleId: 'rule-1',
    ruleName: 'DiskFull',
    fingerprint: 'f1',
    status: 'firing',
    labels: { alertname: 'DiskFull', instance: 'db-1:9100', severity: 'warning' },
    annotations: { summary: 'Disk of db-1 is 95% full', description: 'Clean up <soon> & well.' },
    value: 0.95,
    startsAtMs: AT_MS - 60_000,
    endsAtMs: null,
    ...more,
  };
}

function messageOf(alerts: readonly LedgerAlert[], more: Partial<Message> = {}): Message {
  return {
    receiverId: 'receiver-1',
    receiverName: 'Ops',
    groupKey: '{alertname="DiskFull"}',
    groupLabels: { alertname: 'DiskFull' },
    status: alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved',
    alerts,
    webUrl: 'http://tidemark.example',
    sampleAtMs: AT_MS - 400,
    evaluatedAtMs: AT_MS,
    dispatchedAtMs: AT_MS + 20,
    ...more,
  };
}

const resolved = { status: 'resolved', endsAtMs: AT_MS } as const;

test('Slack: title with a link, a coloured bar for each alert, the three times', () => {
  const other = alertOf({ ...resolved, annotations: {}, labels: { alertname: 'DiskFull', instance: 'db-2:9100' } });
  expect(renderSlack(messageOf([alertOf(), other]), '#ops')).toEqual({
    channel: '#ops',
    text: '*<http://tidemark.example/alerts|[FIRING:1] DiskFull>*',
    attachments: [
      {
        color: '#e8a317',
        fallback: 'Firing: Disk of db-1 is 95% full',
        title: 'Disk of db-1 is 95% full',
        title_link: 'http://tidemark.example/rules/rule-1',
        text: 'Clean up &lt;soon&gt; &amp; well.\n`alertname=DiskFull` `instance=db-1:9100` `severity=warning`',
        mrkdwn_in: ['text'],
      },
      {
        color: '#2e9e5b',
        fallback: 'Resolved: DiskFull: instance=db-2:9100',
        title: 'DiskFull: instance=db-2:9100',
        title_link: 'http://tidemark.example/rules/rule-1',
        text: '`alertname=DiskFull` `instance=db-2:9100`',
        mrkdwn_in: ['text'],
        footer: 'sample 2026-01-02T03:04:05.278Z · evaluated 2026-01-02T03:04:05.678Z · sent 2026-01-02T03:04:05.698Z',
        ts: Math.floor(AT_MS / 1000),
      },
    ],
  });
});

test('PagerDuty: the same incident from trigger to resolve, the gravest severity, details', () => {
  const trigger = renderPagerDuty(messageOf([alertOf(), alertOf({ labels: { instance: 'db-2', severity: 'page' } })]), ROUTING_KEY);
  const resolve = renderPagerDuty(messageOf([alertOf(resolved)]), ROUTING_KEY);
  expect(trigger).toMatchObject({
    event_action: 'trigger',
    payload: { severity: 'critical', source: 'tidemark', summary: '[FIRING:2] DiskFull' },
  });
  expect(resolve).toMatchObject({ event_action: 'resolve', payload: { severity: 'warning', source: 'db-1:9100' } });
  expect(resolve.dedup_key).toBe(trigger.dedup_key);
  expect(renderPagerDuty(messageOf([alertOf()], { receiverId: 'other' }), ROUTING_KEY).dedup_key).not.toBe(trigger.dedup_key);
  expect(trigger.payload.custom_details).toMatchObject({
    sampleAt: '2026-01-02T03:04:05.278Z',
    firing: [{ value: '0.95' }, {}],
    resolved: [],
  });
});

test('webhook: what Alertmanager sends, and the three times', () => {
  const ended = alertOf({ ...resolved, fingerprint: 'f2', labels: { alertname: 'DiskFull', severity: 'warning' } });
  expect(renderWebhook(messageOf([alertOf(), ended]))).toMatchObject({
    version: '4',
    status: 'firing',
    receiver: 'Ops',
    groupKey: '{alertname="DiskFull"}',
    truncatedAlerts: 0,
    commonLabels: { alertname: 'DiskFull', severity: 'warning' },
    externalURL: 'http://tidemark.example',
    sampleAt: '2026-01-02T03:04:05.278Z',
    evaluatedAt: '2026-01-02T03:04:05.678Z',
    dispatchedAt: '2026-01-02T03:04:05.698Z',
    alerts: [
      { status: 'firing', startsAt: '2026-01-02T03:03:05.678Z', endsAt: '0001-01-01T00:00:00Z', fingerprint: 'f1' },
      { status: 'resolved', endsAt: '2026-01-02T03:04:05.678Z', generatorURL: 'http://tidemark.example/rules/rule-1' },
    ],
  });
});

test('e-mail: subject, text and HTML that hides nothing and runs nothing', () => {
  const mail = renderEmail(messageOf([alertOf({ annotations: { summary: '<script>alert(1)</script>' } })]));
  expect(mail.subject).toBe('[FIRING:1] DiskFull');
  expect(mail.text).toContain('FIRING  <script>');
  expect(mail.text).toContain('Evaluated: 2026-01-02T03:04:05.678Z');
  expect(mail.html).toContain('&lt;script&gt;');
  expect(mail.html).not.toContain('<script>');
});

test('more alerts than anybody reads are counted', () => {
  const many = messageOf(Array.from({ length: 500 }, (_, i) => alertOf({ fingerprint: String(i) })));
  expect(renderSlack(many).attachments).toHaveLength(10);
  expect(renderSlack(many).attachments[9].footer).toMatch(/^and 490 more/);
  expect(renderPagerDuty(many, ROUTING_KEY).payload.custom_details).toMatchObject({ alerts_left_out: 490 });
  expect(renderEmail(many).text).toContain('and 490 more');
  expect(renderWebhook(many).alerts).toHaveLength(500);
  expect(titleOf(many)).toBe('[FIRING:500] DiskFull');
});

test('a group of other labels is named by them', () => {
  expect(titleOf(messageOf([alertOf()], { groupLabels: { alertname: 'DiskFull', dc: 'eu' } }))).toBe('[FIRING:1] DiskFull (eu)');
  expect(titleOf(messageOf([alertOf(resolved)], { groupLabels: { dc: 'eu' } }))).toBe('[RESOLVED] DiskFull (eu)');
  expect(titleOf(messageOf([alertOf(resolved)], { groupLabels: {} }))).toBe('[RESOLVED] DiskFull');
});

const text = fc.oneof(
  fc.string({ maxLength: 60, unit: 'binary' }),
  fc.constantFrom('<', '&amp', '>x', '|', '<!channel>', 'ü'.repeat(5000), '😀'.repeat(3000)),
);
const set = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text, { maxKeys: 6 });
const anyAlert = fc
  .record({ labels: set, annotations: fc.oneof(set, fc.record({ summary: text, description: text })), ruleName: text })
  .map(alertOf);

test('no label or annotation, however odd, breaks the rules of Slack or PagerDuty', () => {
  fc.assert(
    fc.property(fc.array(anyAlert, { minLength: 1, maxLength: 12 }), set, (alerts, groupLabels) => {
      const message = messageOf(alerts, { groupLabels });
      expect(slackViolations(JSON.parse(JSON.stringify(renderSlack(message))))).toEqual([]);
      expect(pagerDutyViolations(JSON.parse(JSON.stringify(renderPagerDuty(message, ROUTING_KEY))))).toEqual([]);
      expect(String(renderEmail(message).subject).length).toBeLessThanOrEqual(200);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('the rule books find what is broken', () => {
  const good = renderSlack(messageOf([alertOf()]));
  expect(slackViolations(good)).toEqual([]);
  expect(slackViolations({})).toEqual(['no_text']);
  expect(slackViolations({ ...good, text: 'a & b' })).toHaveLength(1);
  expect(slackViolations({ ...good, text: 'a <b' })).toHaveLength(1);
  expect(slackViolations({ ...good, attachments: Array(101).fill(good.attachments[0]) })).toEqual(['too_many_attachments: 101']);
  expect(slackViolations({ ...good, attachments: [{ ...good.attachments[0], color: 'red', extra: 1 }] })).toHaveLength(2);
  const event = renderPagerDuty(messageOf([alertOf()]), ROUTING_KEY);
  expect(pagerDutyViolations({ ...event, routing_key: 'short' })).toHaveLength(1);
  expect(pagerDutyViolations({ ...event, dedup_key: 'x'.repeat(256) })).toHaveLength(1);
  expect(pagerDutyViolations({ ...event, payload: { ...event.payload, severity: 'page', summary: '' } })).toHaveLength(2);
});

test('shorten cuts no character in half', () => {
  expect(shorten('a😀b', 4)).toBe('a😀b');
  expect(shorten('a😀bc', 3)).toBe('a…');
});
