import type { Clock } from '@tidemark/base';
import type { ReceiverStore } from '@tidemark/db';
import type { Receiver, ReceiverDraft, ReceiverPort, SaveResult, TestResult } from '@tidemark/rpc';
import { parseMatchers } from './matchers.ts';
import type { Message } from './message.ts';
import type { ReceiverSet } from './receiver-set.ts';
import type { Send } from './send.ts';

/** The pages' receivers. Saved ones are used from the next tick on. */
export class WebReceivers implements ReceiverPort {
  readonly #store: ReceiverStore;
  readonly #receivers: ReceiverSet;
  readonly #send: Send;
  readonly #webUrl: string;
  readonly #clock: Clock;

  constructor(store: ReceiverStore, receivers: ReceiverSet, send: Send, webUrl: string, clock: Clock) {
    this.#store = store;
    this.#receivers = receivers;
    this.#send = send;
    this.#webUrl = webUrl;
    this.#clock = clock;
  }

  list(tenant: string): Promise<readonly Receiver[]> {
    return this.#store.list(tenant);
  }

  async save(tenant: string, draft: ReceiverDraft): Promise<SaveResult<Receiver>> {
    const parsed = parseMatchers(draft.matchers);
    if (parsed.kind === 'problem') return { kind: 'refused', message: parsed.message };
    const result = await this.#store.save(tenant, draft);
    if (result.kind === 'saved') await this.#receivers.reload();
    return result;
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#store.remove(tenant, id);
    if (removed) await this.#receivers.reload();
    return removed;
  }

  /** One attempt, whose answer is shown; where a message opens something, a second one closes it. */
  async test(tenant: string, draft: ReceiverDraft): Promise<TestResult> {
    const settings = await this.#store.reveal(tenant, draft);
    if (settings === null) return { kind: 'failed', message: `the ${draft.settings.kind} secret is not stored yet: enter it` };
    const startMs = this.#clock.now();
    const messages = [testMessage(draft, 'firing', this.#webUrl, startMs)];
    if (settings.kind === 'pagerduty' || settings.kind === 'webhook') messages.push(testMessage(draft, 'resolved', this.#webUrl, startMs));
    let answer = '';
    for (const message of messages) {
      const result = await this.#send(settings, message);
      if (result.kind !== 'accepted') return { kind: 'failed', message: result.error };
      answer = result.answer;
    }
    return { kind: 'delivered', elapsedMs: this.#clock.now() - startMs, answer };
  }
}

function testMessage({ id, name }: ReceiverDraft, status: Message['status'], webUrl: string, atMs: number): Message {
  const labels = { alertname: 'Test', receiver: name, severity: 'info' };
  return {
    receiverId: id,
    receiverName: name,
    groupKey: '{alertname="Test"}',
    groupLabels: { alertname: 'Test' },
    status,
    alerts: [
      {
        ruleId: 'test',
        ruleName: 'Test',
        fingerprint: 'test',
        status,
        labels,
        annotations: { summary: 'This is a test of Tidemark: nothing is wrong', description: `Messages for "${name}" arrive here.` },
        value: 0,
        startsAtMs: atMs,
        endsAtMs: status === 'resolved' ? atMs : null,
      },
    ],
    webUrl,
    sampleAtMs: atMs,
    evaluatedAtMs: atMs,
    dispatchedAtMs: atMs,
  };
}
