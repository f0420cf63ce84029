/** From a rule written in the editor to the messages that people get, and back to quiet. */
import {
  type SmtpReceiver,
  startPagerDutyReceiver,
  startSlackReceiver,
  startSmtpReceiver,
} from '../../apps/worker/src/notify/testing/index.ts';
import { addresses, expect, fillEditor, keepScreenshot, test } from '../support/pages.ts';
import { writeSample } from '../support/remote-write.ts';
import { rpcClient } from '../support/rpc.ts';

const RULE = 'Queue is long';
const LABELS = { __name__: 'test_queue_length', queue: 'orders', instance: 'shop-1' };

let slack: Awaited<ReturnType<typeof startSlackReceiver>>;
let pagerduty: Awaited<ReturnType<typeof startPagerDutyReceiver>>;
let smtp: SmtpReceiver;
let feeding: { value: number; stop(): void };

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  slack = await startSlackReceiver();
  pagerduty = await startPagerDutyReceiver();
  smtp = await startSmtpReceiver();
  feeding = feed();
});

test.afterAll(async () => {
  feeding.stop();
  await Promise.all([slack, pagerduty, smtp].map((receiver) => receiver.stop()));
});

/** A sample of `value` each 200 ms, as an application that is watched sends it. */
function feed() {
  const state = {
    value: 3,
    stopped: false,
    stop() {
      state.stopped = true;
    },
  };
  void (async () => {
    while (!state.stopped) {
      await writeSample(addresses().ingestUrl, LABELS, state.value).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return state;
}

test('a Slack receiver is set up and tested in the web', async ({ page }) => {
  await page.goto('/alerts/receivers/new');
  await page.getByLabel('Name').fill('Team chat');
  await page.getByText('Slack', { exact: true }).click();
  await page.getByRole('textbox', { name: /webhook/i }).fill(slack.url);
  await page.getByRole('button', { name: /test/i }).click();
  await expect.poll(() => slack.received.length).toBeGreaterThan(0);
  await expect(page.getByText(/delivered/i).first()).toBeVisible();
  await keepScreenshot(page, 'receiver-dark');
  await page.getByLabel('Group interval').fill('1s');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Saved' })).toBeVisible();
  slack.received.length = 0;

  // The others through the same door, without the form.
  const rpc = rpcClient(addresses().webUrl);
  await rpc.receivers.save.mutate({
    name: 'On call',
    settings: { kind: 'pagerduty', routingKey: 'R0123456789ABCDEF0123456789ABCDE', eventsUrl: pagerduty.url },
    groupIntervalMs: 1000,
  });
  await rpc.receivers.save.mutate({
    name: 'Mail',
    settings: {
      kind: 'email',
      to: ['ops@example.net'],
      from: 'tidemark@example.net',
      smtpHost: '127.0.0.1',
      smtpPort: smtp.port,
      security: 'none',
      username: '',
      password: '',
    },
    groupIntervalMs: 1000,
  });
});

test('a rule is written with its threshold on the data', async ({ page }) => {
  await page.goto('/rules/new');
  await page.getByRole('textbox', { name: 'Name' }).fill(RULE);
  await fillEditor(page, 'Expression', 'test_queue_length > ');
  await expect(page.getByRole('status').first()).toBeVisible();
  await fillEditor(page, 'Expression', 'test_queue_length > 10');
  await expect(page.locator('canvas').first()).toBeVisible();
  await expect(page.getByLabel('Threshold')).toBeVisible();
  await page.getByLabel('For', { exact: true }).fill('3s');
  await page.getByLabel(/^Value of (annotation )?summary/).fill('{{ $labels.queue }} has {{ $value }} waiting');
  await keepScreenshot(page, 'rule-editor-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await keepScreenshot(page, 'rule-editor-light');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/rules\/(?!new)/);
  await page.goto('/rules');
  await expect(page.getByText(RULE)).toBeVisible();
  await expect(page.getByText(/inactive|ok/i).first()).toBeVisible();
  await keepScreenshot(page, 'rules-dark');
});

test('it is seen pending, then firing; each receiver gets one message, then the resolved one', async ({ page }) => {
  await page.goto('/alerts');
  feeding.value = 12;
  await expect(page.getByText('Pending', { exact: true }).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /Firing/ }).first()).toContainText('orders');
  await keepScreenshot(page, 'alerts-dark');

  await expect.poll(() => slack.received.length).toBe(1);
  await expect.poll(() => pagerduty.received.length).toBe(1);
  await expect.poll(() => smtp.received.length).toBe(1);
  const message = JSON.stringify(slack.received[0].body);
  expect(message).toContain(RULE);
  expect(message).toContain('orders has 12 waiting');
  const trigger = pagerduty.received[0].body;
  expect(trigger.event_action).toBe('trigger');
  expect(smtp.received[0].mail.subject).toContain(RULE);

  feeding.value = 2;
  await expect.poll(() => slack.received.length).toBe(2);
  await expect.poll(() => pagerduty.received.length).toBe(2);
  await expect.poll(() => smtp.received.length).toBe(2);
  expect(JSON.stringify(slack.received[1].body)).toMatch(/resolved/i);
  expect(pagerduty.received[1].body.event_action).toBe('resolve');
  expect(pagerduty.received[1].body.dedup_key).toBe(trigger.dedup_key);
  expect(smtp.received[1].mail.subject).toMatch(/resolved/i);
  expect([...slack.violations, ...pagerduty.violations]).toEqual([]);

  await page.goto('/alerts/history');
  await expect(page.getByText(RULE).first()).toBeVisible();
  await keepScreenshot(page, 'alert-history-dark');
  await page.goto('/alerts/notifications');
  await expect(page.getByText('Team chat').first()).toBeVisible();
  await keepScreenshot(page, 'notifications-dark');
});
