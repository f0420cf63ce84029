/** What the browser and the worker agree on: schemas, types, ports. Values are schemas and constants only, no router: safe to import anywhere. */
export type { AlertPort, AlertRow, AlertState, HistoryFilter, NotificationRow, TransitionRow } from './alerts.ts';
export {
  type Dashboard,
  DashboardDraft,
  type DashboardPort,
  type DashboardRow,
  Panel,
  PanelQuery,
  type SaveResult,
  Threshold,
  UNITS,
  type Unit,
} from './dashboards.ts';
export type {
  CheckRequest,
  EditorPort,
  Finding,
  HoverDoc,
  HoverRequest,
  Suggestion,
  SuggestionKind,
  SuggestionList,
  SuggestRequest,
} from './editor.ts';
export type {
  Completion,
  EncodedMatrix,
  ExplainNode,
  ExplainPlace,
  ExplainResult,
  InstantHistogram,
  InstantQuery,
  InstantResult,
  InstantRow,
  LabelSet,
  LiveQuery,
  LiveTick,
  MetricRow,
  QueryCost,
  QueryPort,
  QueryProblem,
  RangeQuery,
  RangeResult,
  Stretch,
} from './query.ts';
export { Resolution } from './query.ts';
export {
  type Receiver,
  ReceiverDraft,
  type ReceiverKind,
  type ReceiverPort,
  ReceiverSettings,
  SECRET_KEPT,
  type TestResult,
} from './receivers.ts';
export type { AppRouter } from './router.ts';
export { type Rule, RuleDraft, type RulePort, type RulePreview, type RuleRow, type RuleState } from './rules.ts';
export type { BlockRow, PlaceRow, RetentionPlan, StatusPort, StatusReport, TargetRow } from './status.ts';
