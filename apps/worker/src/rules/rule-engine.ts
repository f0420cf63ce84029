import type { Clock, Millis } from '@tidemark/base';
import type { Logger, Service } from '@tidemark/base/service';
import type { AlertStateStore } from '@tidemark/db';
import { advance, type EvaluationTime, type Observation, type Timing } from '@tidemark/tsdb/alert';
import type { TickSource } from '../consume/ticks.ts';
import { type AlertBook, type BookedAlert, changesOf, type RuleRef } from './alert-book.ts';
import { observe, type RuleOutcome } from './compiled-rule.ts';
import type { RuleEvaluator } from './evaluator.ts';
import { RELOAD_MS, RESTORE_RETRY_MS, RULES_SLICE_MS } from './limits.ts';
import type { RuleMetrics } from './rule-metrics.ts';
import type { ReadyRule, RuleSet } from './rule-set.ts';
import { UnsavedChanges } from './unsaved-changes.ts';

/**
 * Evaluates every rule at each tick of the stream:
 *
 *   tick ──▶ observe ──▶ advance ──▶ PostgreSQL ──▶ onTick (notifications)
 *
 * States are stored before anybody is notified of them, and read back at the start, so that no `for` begins again.
 * A tick that comes while another is worked on replaces those that wait: the state machine counts in ticks' times,
 * not in ticks. While PostgreSQL is away, evaluation goes on and nothing is sent; what changed is written when it is back.
 * A rule whose evaluation fails keeps its instances as they are and shows the error.
 */
export interface RuleEngineOptions {
  readonly rules: RuleSet;
  readonly book: AlertBook;
  readonly store: AlertStateStore;
  readonly evaluator: RuleEvaluator;
  readonly ticks: TickSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RuleMetrics;
  /** Once, after the states are read back and before the first tick. */
  readonly onRestored: () => Promise<void>;
  /** After each tick whose states are stored, with the alerts that began to fire or were resolved. Must not throw. */
  readonly onTick: (atMs: Millis, moved: readonly BookedAlert[]) => Promise<void>;
}

export interface RuleStatus {
  readonly lastEvaluatedAtMs: Millis;
  readonly evaluationMs: number;
  readonly lastError: string | null;
}

export class RuleEngine implements Service {
  readonly name = 'rules';
  readonly #options: RuleEngineOptions;
  readonly #statuses = new Map<string, RuleStatus>();
  readonly #unsaved = new UnsavedChanges();
  /** Moved alerts whose states are not stored yet, each once. */
  readonly #moved = new Map<string, BookedAlert>();
  #restored = false;
  #lastTickMs: Millis = Number.NEGATIVE_INFINITY;
  #dueMs: Millis | null = null;
  #wake: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(options: RuleEngineOptions) {
    this.#options = options;
  }

  notReady(): string | null {
    return this.#restored ? null : 'reading rules and alert states from PostgreSQL';
  }

  status(tenant: string, ruleId: string): RuleStatus | null {
    return this.#statuses.get(`${tenant}/${ruleId}`) ?? null;
  }

  /** The last tick that was evaluated. */
  get lastTickMs(): Millis | null {
    return Number.isFinite(this.#lastTickMs) ? this.#lastTickMs : null;
  }

  run(signal: AbortSignal): Promise<void> {
    this.#running = this.#run(signal);
    return this.#running;
  }

  /** The tick that is being worked on is finished. */
  async drain(): Promise<void> {
    await this.#running.catch(() => {});
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { ticks } = this.#options;
    await this.#restoreUntilDone(signal);
    const unsubscribe = ticks.subscribe((atMs) => {
      this.#dueMs = atMs;
      this.#wake();
    });
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake, { once: true });
    const reloads = this.#reloadRules(signal);
    while (!signal.aborted) {
      const atMs = this.#dueMs;
      this.#dueMs = null;
      if (atMs === null) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (atMs > this.#lastTickMs) await this.evaluate(atMs);
    }
    unsubscribe();
    await reloads;
  }

  async #restoreUntilDone(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted && !this.#restored) {
      try {
        await this.restore();
      } catch (error) {
        logger.error({ error: (error as Error).message }, 'alert states cannot be read yet');
        await clock.sleep(RESTORE_RETRY_MS, signal);
      }
    }
  }

  async restore(): Promise<void> {
    const { rules, book, store, clock, onRestored } = this.#options;
    await rules.reload();
    const stored = await store.loadAll();
    book.restore(stored);
    const evaluatedMs = stored.reduce((latest, { evaluatedAtMs }) => Math.max(latest, evaluatedAtMs), Number.NEGATIVE_INFINITY);
    // A tick from before the stop must not move a state backwards; a clock that ran ahead then must not stop us now.
    this.#lastTickMs = Math.min(evaluatedMs, clock.now());
    await onRestored();
    this.#restored = true;
  }

  async #reloadRules(signal: AbortSignal): Promise<void> {
    const { rules, clock, logger } = this.#options;
    for (;;) {
      await clock.sleep(RELOAD_MS, signal);
      if (signal.aborted) return;
      await rules.refresh().catch((error: Error) => logger.error({ error: error.message }, 'rules cannot be read'));
    }
  }

  /** One tick. */
  async evaluate(atMs: Millis): Promise<void> {
    const { rules, book, clock, metrics, onTick } = this.#options;
    const startMs = clock.now();
    this.#lastTickMs = atMs;
    // All at once: what they ask for goes to each partition in one message, and a slow one holds no other back.
    const evaluations: Promise<void>[] = [];
    let sliceEndMs = startMs + RULES_SLICE_MS;
    for (const ready of rules.all()) {
      if (ready.rule.enabled) evaluations.push(this.#evaluateRule(ready, atMs));
      if (clock.now() < sliceEndMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sliceEndMs = clock.now() + RULES_SLICE_MS;
    }
    await Promise.all(evaluations);
    for (const ref of book.rules()) {
      if (rules.get(ref.tenant, ref.ruleId)?.rule.enabled !== true) this.#advance(ref, NOTHING, AT_ONCE, { atMs, sampleAtMs: atMs });
    }
    const stored = await this.#store();
    metrics.tickDuration.observe((clock.now() - startMs) / 1000);
    metrics.tickDelay.observe(Math.max(0, clock.now() - atMs) / 1000);
    if (!stored) return;
    const moved = [...this.#moved.values()];
    this.#moved.clear();
    await onTick(atMs, moved);
  }

  async #evaluateRule({ tenant, rule, compiled, problem }: ReadyRule, atMs: Millis): Promise<void> {
    const { evaluator, clock, metrics, logger } = this.#options;
    const startMs = clock.now();
    let lastError = problem;
    if (compiled !== null) {
      const outcome = await observe(compiled, tenant, atMs, evaluator).catch((error: Error): RuleOutcome => {
        logger.error({ error: error.stack, tenant, rule: rule.name }, 'a rule hit a bug');
        return { kind: 'problem', problem: { kind: 'execution', message: `internal error: ${error.message}` } };
      });
      if (outcome.kind === 'problem') lastError = outcome.problem.message;
      else {
        const { byFingerprint, sampleAtMs } = outcome;
        this.#advance({ tenant, ruleId: rule.id, ruleName: rule.name }, byFingerprint, rule, { atMs, sampleAtMs });
      }
    }
    if (lastError !== null) metrics.failures.inc();
    this.#statuses.set(`${tenant}/${rule.id}`, { lastEvaluatedAtMs: atMs, evaluationMs: clock.now() - startMs, lastError });
  }

  #advance(ref: RuleRef, observed: ReadonlyMap<string, Observation>, timing: Timing, time: EvaluationTime): void {
    const { book } = this.#options;
    const was = book.instancesOf(ref.tenant, ref.ruleId);
    if (was.size === 0 && observed.size === 0) return;
    const result = advance(was, observed, timing, time);
    book.put(ref, result.instances);
    if (result.changed.length === 0 && result.forgotten.length === 0) return;
    this.#unsaved.add(changesOf(ref, result, time.atMs));
    for (const { instance, to } of result.transitions) {
      if (to === 'firing' || to === 'resolved')
        this.#moved.set(`${ref.tenant}/${ref.ruleId}/${instance.fingerprint}`, { ...ref, instance });
    }
  }

  async #store(): Promise<boolean> {
    const { store, logger, metrics } = this.#options;
    if (this.#unsaved.isEmpty) return true;
    try {
      await store.write(this.#unsaved.all());
      this.#unsaved.clear();
      return true;
    } catch (error) {
      metrics.storeFailures.inc();
      logger.error({ error: (error as Error).message }, 'alert states cannot be stored yet; notifications wait');
      return false;
    }
  }
}

/** A rule that was removed or disabled ends: what fires is resolved, whatever the rule said. */
const AT_ONCE: Timing = { forMs: 0, keepFiringForMs: 0 };
const NOTHING: ReadonlyMap<string, Observation> = new Map();
