import { type ScrapeProtocol, TEXT_PROTOCOLS } from '../exposition/format.ts';
import type { ProtobufWishes } from '../exposition/protobuf-exposition.ts';
import { type IngestFeatures, NO_FEATURES } from '../features.ts';
import type { RelabelRule } from '../relabel/rule.ts';

/**
 * What a configuration comes to once it is checked: jobs that say how to find targets and how to scrape them.
 */
export interface ScrapeJob {
  readonly name: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly scheme: string;
  readonly metricsPath: string;
  readonly params: Readonly<Record<string, readonly string[]>>;
  /** The target's own labels win over those of discovery. */
  readonly honorLabels: boolean;
  /** The target's own times are kept. */
  readonly honorTimestamps: boolean;
  /** Series with times of their own get stale markers as well. */
  readonly trackTimestampsStaleness: boolean;
  readonly compress: boolean;
  /** `scrape_timeout_seconds` and the like beside `up`. */
  readonly extraMetrics: boolean;
  /** What is asked for, the one that is wanted most first. */
  readonly protocols: readonly ScrapeProtocol[];
  readonly histograms: ProtobufWishes;
  readonly features: IngestFeatures;
  readonly http: HttpSettings;
  readonly limits: ScrapeLimits;
  readonly relabelRules: readonly RelabelRule[];
  readonly metricRelabelRules: readonly RelabelRule[];
  readonly discovery: readonly DiscoverySettings[];
}

/** How to reach a server. Files are read when they are needed, so that a rotated secret is used at once. */
export interface HttpSettings {
  readonly authorization: Authorization | null;
  readonly tls: TlsSettings;
  readonly followRedirects: boolean;
}

export type Secret = { readonly kind: 'inline'; readonly value: string } | { readonly kind: 'file'; readonly path: string };

export type Authorization =
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'credentials'; readonly type: string; readonly credentials: Secret };

export interface TlsSettings {
  readonly insecureSkipVerify: boolean;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly serverName: string | null;
}

/** 0 means no limit. Over a limit the whole scrape fails, and says so. */
export interface ScrapeLimits {
  readonly samples: number;
  readonly targets: number;
  readonly labels: number;
  readonly labelNameLength: number;
  readonly labelValueLength: number;
  readonly bodyBytes: number;
}

export type DiscoverySettings =
  | { readonly kind: 'static'; readonly groups: readonly TargetGroup[] }
  | { readonly kind: 'file'; readonly patterns: readonly string[] }
  | { readonly kind: 'http'; readonly url: string; readonly refreshMs: number; readonly http: HttpSettings };

/** Addresses with the labels that they share. */
export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export const PLAIN_HTTP: HttpSettings = {
  authorization: null,
  tls: { insecureSkipVerify: false, caFile: null, certFile: null, keyFile: null, serverName: null },
  followRedirects: true,
};

/** Text, and with it no native histograms; nothing that is off by default. */
export const TEXT_ONLY: Pick<ScrapeJob, 'protocols' | 'histograms' | 'features'> = {
  protocols: TEXT_PROTOCOLS,
  histograms: { native: false, classicToo: false },
  features: NO_FEATURES,
};

export const NO_SCRAPE_LIMITS: ScrapeLimits = {
  samples: 0,
  targets: 0,
  labels: 0,
  labelNameLength: 0,
  labelValueLength: 0,
  bodyBytes: 0,
};
