import { parseDurationMs } from '@tidemark/base';
import { z } from 'zod';
import { isScrapeProtocol, TEXT_PROTOCOLS } from '../exposition/format.ts';
import { compileRule, type RelabelRuleSource } from '../relabel/rule.ts';
import { parseBytes } from './size.ts';

/**
 * The part of a prometheus.yml that is understood. The file is read with YAML's failsafe schema: every scalar
 * is text exactly as written (`regex: 01` stays `01`), and the types are given here.
 * A key that is not here is not an error: `unsupported.ts` finds it and it is named in a warning.
 */
const text = z.string();

const flag = text.transform((value, context) => {
  if (/^(true|yes|on)$/i.test(value)) return true;
  if (/^(false|no|off)$/i.test(value)) return false;
  return refuse(context, `"${value}" is neither true nor false`);
});

const count = text.transform((value, context) => {
  const number = Number(value);
  return /^\d+$/.test(value) && Number.isSafeInteger(number) ? number : refuse(context, `"${value}" is no whole number`);
});

const duration = text.transform(
  (value, context) => parseDurationMs(value) ?? refuse(context, `"${value}" is no duration like 15s or 1m30s`),
);

const bytes = text.transform((value, context) => parseBytes(value) ?? refuse(context, `"${value}" is no size like 10MB`));

const url = text.refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), 'must be a URL that begins with http:// or https://');

const labels = z.record(text, text);

const relabelRule = z
  .object({
    action: text.optional(),
    source_labels: z.array(text).optional(),
    separator: text.optional(),
    regex: text.optional(),
    modulus: count.optional(),
    target_label: text.optional(),
    replacement: text.optional(),
  })
  .transform((source, context) => {
    try {
      return compileRule(source as RelabelRuleSource);
    } catch (error) {
      if (error instanceof SyntaxError) return refuse(context, error.message);
      throw error;
    }
  });

const httpClient = {
  basic_auth: z.object({ username: text.default(''), password: text.optional(), password_file: text.optional() }).optional(),
  authorization: z.object({ type: text.default('Bearer'), credentials: text.optional(), credentials_file: text.optional() }).optional(),
  bearer_token: text.optional(),
  bearer_token_file: text.optional(),
  tls_config: z
    .object({
      insecure_skip_verify: flag.default(false),
      ca_file: text.optional(),
      cert_file: text.optional(),
      key_file: text.optional(),
      server_name: text.optional(),
    })
    .optional(),
  follow_redirects: flag.default(true),
};

/** A job's come before those of all jobs. */
const histograms = {
  scrape_protocols: z
    .array(
      text.transform((value, context) =>
        isScrapeProtocol(value) ? value : refuse(context, `"${value}" is none of PrometheusProto, ${TEXT_PROTOCOLS.join(', ')}`),
      ),
    )
    .min(1, 'names no protocol')
    .refine((names) => new Set(names).size === names.length, 'names a protocol twice')
    .optional(),
  scrape_native_histograms: flag.optional(),
  always_scrape_classic_histograms: flag.optional(),
};

const limits = {
  sample_limit: count.optional(),
  target_limit: count.optional(),
  label_limit: count.optional(),
  label_name_length_limit: count.optional(),
  label_value_length_limit: count.optional(),
  body_size_limit: bytes.optional(),
};

const targetGroup = z.object({ targets: z.array(text).default([]), labels: labels.default({}) });

const scrapeConfig = z.object({
  job_name: text.min(1, 'must not be empty'),
  scrape_interval: duration.optional(),
  scrape_timeout: duration.optional(),
  scheme: text.refine((value) => value === 'http' || value === 'https', 'must be http or https').default('http'),
  metrics_path: text.default('/metrics'),
  params: z.record(text, z.array(text)).default({}),
  honor_labels: flag.default(false),
  honor_timestamps: flag.default(true),
  track_timestamps_staleness: flag.default(false),
  enable_compression: flag.default(true),
  extra_scrape_metrics: flag.default(false),
  ...histograms,
  ...limits,
  ...httpClient,
  relabel_configs: z.array(relabelRule).default([]),
  metric_relabel_configs: z.array(relabelRule).default([]),
  static_configs: z.array(targetGroup).default([]),
  /** `refresh_interval` is checked and not needed: files are looked at each second anyway. */
  file_sd_configs: z.array(z.object({ files: z.array(text).min(1, 'names no file'), refresh_interval: duration.optional() })).default([]),
  http_sd_configs: z.array(z.object({ url, refresh_interval: duration.default(60_000), ...httpClient })).default([]),
});

const global = z.object({
  scrape_interval: duration.default(60_000),
  scrape_timeout: duration.optional(),
  extra_scrape_metrics: flag.default(false),
  ...histograms,
  ...limits,
});

export const prometheusFile = z.object({
  global: global.prefault({}),
  scrape_configs: z.array(scrapeConfig).default([]),
  /** The worker reads it. */
  retention: z.unknown().optional(),
  storage: z.object({ cache: z.unknown().optional(), take_over: z.unknown().optional(), places: z.unknown().optional() }).optional(),
});

export type PrometheusFile = z.output<typeof prometheusFile>;
export type ScrapeConfig = PrometheusFile['scrape_configs'][number];
export type HttpClientConfig = Pick<ScrapeConfig, keyof typeof httpClient>;

/** A list of target groups, as file and HTTP discovery give them. */
export const targetGroups = z.array(targetGroup);

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
