// The API of `jindo serve`, as the page uses it. Amounts are base units as decimal texts; times are UTC. The session is
// a cookie that no script can read.

export interface AssetFacts {
  symbol: string;
  decimals: number;
  unknown?: boolean;
}
export type Assets = Record<string, AssetFacts>;
export interface Session {
  signed_in: boolean;
  key?: string;
  name?: string;
  role?: string;
  rights?: string[];
}
export type Policy = "fifo" | "lifo" | "haircut" | "poison" | "tiho";
export const POLICIES: readonly Policy[] = ["fifo", "haircut", "poison", "lifo", "tiho"];

export interface TraceFields {
  incident: string;
  policy: Policy;
  inferred: boolean;
  marking?: string;
  as_of: Record<string, number>;
  ledger: string;
}
export interface SourceTotal {
  asset: string;
  stolen: string;
  held?: string;
  ended?: string;
  held_ppm?: number;
  ended_ppm?: number;
  held_inferred?: string;
  ended_inferred?: string;
}
export interface AmountLine {
  // Under poison only what was stolen: its amounts have no sum.
  asset: string;
  stolen: string;
  followed?: string;
  followed_ppm?: number;
  held?: string;
  held_ppm?: number;
  ended?: string;
  ended_ppm?: number;
  frozen?: string;
  frozen_ppm?: number;
}
export interface Ending {
  kind: string;
  name?: string;
  category?: string;
  asset: string;
  origin: string;
  ppm: number;
  times: number;
  first_time: string;
  last_time: string;
}
export interface Resting {
  name: string;
  basis: "" | "tag" | "role";
  asset: string;
  origin: string;
  ppm: number;
  addresses: number;
}
export interface Act {
  organisation: string;
  name: string;
  act: string;
  at: string;
  after_ms?: number;
  chain?: string;
  asset?: string;
  amount?: string;
  transaction?: string;
  comment?: string;
  told_after_ms: number;
}
export interface Acts {
  incident: string;
  published_by_name: string;
  published: string;
  marking: string;
  withdrawn: boolean;
  signature: string;
  acts: Act[];
  flag_to_first_hold_ms?: number;
}
export interface Summary {
  amounts?: AmountLine[];
  ended_where?: Ending[];
  ended_where_all?: number;
  held_where?: Resting[];
  held_where_all?: number;
  addresses?: number;
  movements?: number;
  first_movement?: string;
  last_movement?: string;
}
export interface BoardIncident extends Summary {
  id: string;
  name: string;
  victim?: string;
  date: string;
  summary?: string;
  marking?: string;
  shared_by?: string;
  attributed_to: string[];
  open_alerts: number;
  state: string;
  problem?: string;
  traced_marking?: string;
  sharing?: Acts;
}
export interface Board {
  policy: Policy;
  incidents: BoardIncident[];
  assets: Assets;
  coverage: Coverage;
}
export interface Chains {
  now: string;
  chains: { chain: string; height: number; time: string; age_seconds: number; behind: boolean }[];
  accepted_seconds: number;
  untraced: string[];
}
export interface Coverage {
  chains: { chain: string; height: number; time?: string }[];
  [other: string]: unknown;
}
export interface IncidentPage extends Summary {
  id: string;
  name: string;
  victim?: string;
  date: string;
  summary?: string;
  marking?: string;
  shared_by?: string;
  attribution: { actor: string; by: string; date: string; confidence: string; source: string }[];
  thefts: { chain: string; asset: string; transaction?: string; to?: string; address?: string; amount?: string }[];
  known_addresses: {
    chain: string;
    address: string;
    in_ledger_chain: boolean;
    role: string;
    source: string;
    note?: string;
  }[];
  sources_named: string[];
  notes: string[];
  open_alerts: number;
  state: string;
  problem?: string;
  trace?: TraceFields & { sources: SourceTotal[] };
  days?: { day: string; movements: number; ppm: number[] }[];
  links?: {
    kind: string;
    service: string;
    exact: boolean;
    confidence_ppm: number;
    chain: string;
    transaction: string;
    time: string;
    from_asset: string;
    from_amount: string;
    to_asset: string;
    to_amount: string;
  }[];
  links_all?: number;
  sharing?: Acts;
  assets: Assets;
}
export interface FlowNode {
  key: string;
  label: string;
  kind: "theft" | "address" | "terminal" | "link" | "rest";
  category?: string;
  role?: string;
  chain?: string;
  address?: string;
  column: number;
  in_ppm: number;
  out_ppm: number;
  held_ppm: number;
  held_shares: number[]; // by source
  arrived?: Arrived; // of all but boxes of several places
  addresses: number;
  inferred?: boolean;
}
// By policy, the shares by source of what was stolen that came to a place; no entry: it was not reached.
export type Arrived = Partial<Record<Policy, number[]>>;
export interface FlowDifference {
  key: string;
  label: string;
  kind: FlowNode["kind"];
  role?: string;
  chain?: string;
  address?: string;
  spread_ppm: number;
  arrived: Arrived;
}
export interface FlowLink {
  from: number;
  to: number;
  ppm: number;
  origin: string[];
  movements: number;
  first_time: string;
  last_time: string;
  inferred: boolean;
  back: boolean;
  chain: string;
  transaction: string;
}
export interface Flow extends TraceFields {
  by: string;
  sources: SourceTotal[];
  columns: string[];
  nodes: FlowNode[];
  links: FlowLink[];
  differences?: FlowDifference[]; // with policies beside: of the whole traces, drawn or not
  differences_all?: number;
  assets: Assets;
}
export interface TrailStep {
  chain: string;
  height: number;
  time: string;
  transaction: string;
  position: number;
  asset: string;
  from?: string;
  to?: string;
  spends?: string;
  ends?: string;
  incident: string;
  stolen_asset: string;
  amount: string;
  origin: string;
  theft: boolean;
  mixed: boolean;
  inferred?: boolean;
  into_link?: { kind: string; service?: string };
  out_of_link?: { kind: string; service?: string };
}
export interface Trail extends TraceFields {
  sources: SourceTotal[];
  trail: { steps: TrailStep[] };
  assets: Assets;
}
export interface Finding {
  technique: string;
  title: string;
  score: string;
  first_time: string;
  last_time: string;
  text: string;
  inferred: boolean;
  fatf?: string;
  mitre?: string;
  source: string;
  mistakes: string;
  incidents: string[];
  addresses: { chain: string; address: string }[];
  transactions: { chain: string; transaction: string }[];
}
export interface Findings {
  incidents: string[];
  marking?: string;
  policy: Policy;
  ledger: string;
  as_of: Record<string, number>;
  findings: Finding[];
}
export interface Who {
  owner?: string;
  category?: string;
  source?: string;
  confidence?: number;
  service?: boolean;
  marking?: string;
  role?: string;
  cluster?: string;
  cluster_size?: number;
}
export interface GraphNode extends Who {
  key: string;
  kind: "theft" | "address" | "terminal" | "link";
  chain: string;
  address?: string;
  label?: string;
  hops?: number;
  time?: string;
  held_ppm?: number; // over all sources: how large it is drawn
  held?: HeldHere[];
}
export interface HeldHere {
  asset: string; // the stolen one
  origin: string;
  ppm: number;
}
export interface GraphEdge {
  from: string;
  to: string;
  asset?: string;
  tainted?: string;
  ppm?: number;
  inferred: boolean;
  movements: number;
  first_time: string;
  last_time: string;
  transaction: string;
}
export interface TraceGraph extends TraceFields {
  sources: SourceTotal[];
  nodes_all: number;
  edges_all: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
  assets: Assets;
}
export interface Dealing {
  direction: "in" | "out";
  asset: string;
  amount: string;
  joint?: boolean;
  movements: number;
  first_time: string;
  last_time: string;
  transaction: string;
}
export interface Expansion {
  chain: string;
  address: string;
  node: GraphNode;
  height: number;
  movements: number;
  examined: number;
  whole: boolean;
  neighbours_all: number;
  neighbours: (GraphNode & { dealings: Dealing[] })[];
  trace?: TraceFields & { edges_all: number; nodes: GraphNode[]; edges: GraphEdge[] };
  assets: Assets;
}
export interface Path {
  chain: string;
  from: string;
  to: string;
  found: boolean;
  in_trace: boolean;
  visited?: number;
  gave_up?: boolean;
  passed_over?: number;
  nodes: GraphNode[];
  edges: GraphEdge[];
  trace?: TraceFields;
  assets: Assets;
}
export interface Tag {
  id: number;
  label: string;
  category: string;
  actor?: string;
  confidence: number;
  confidence_term: string;
  source: string;
  source_kind: string;
  author: string;
  collection: string;
  marking: string;
  stated?: string;
}
export interface AddressPart {
  chain: string;
  address: string;
  owner?: { name: string; category: string; basis: string; evidence: string; confidence: number };
  tags: Tag[];
  tags_past: number;
  cluster?: { first_address: string; addresses: number; made_by: string; reaches_height: number };
  cluster_note?: string;
  links: { kind: string; chain: string; address: string; evidence: string; confidence: number }[];
  first_time?: string;
  last_time?: string;
  outputs_received?: number;
  outputs_spent?: number;
  movements?: number;
  assets: number;
  totals: { asset: string; movements: number; overflowed?: boolean; received?: string; sent?: string }[];
  counterparties: {
    of_latest_movements: number;
    list: {
      address: string;
      owner?: string;
      movements_in: number;
      movements_out: number;
      coin_received: string;
      coin_sent: string;
    }[];
  };
}
export interface AddressPage {
  pages: AddressPart[];
  more: {
    chain: string;
    address: string;
    height?: number;
    known_in: { incident: string; name: string; role: string; source: string; note?: string; marking?: string }[];
    exposures: {
      source: string;
      id: string;
      title: string;
      direction: string;
      asset: string;
      received: string;
      held: string;
      hops: number;
      arrivals: number;
      first_time: string;
      last_time: string;
      inferred?: boolean;
      unconfirmed?: boolean;
    }[];
  }[];
  marking?: string;
  assets: Assets;
}
export interface MovementRow {
  direction: "in" | "out" | "fee";
  time: string;
  height: number;
  transaction: string;
  asset: string;
  amount: string;
  position: number;
  counterparty?: string;
  counterparty_owner?: string;
  counterparty_role?: string;
}
export interface Movements {
  chain: string;
  address: string;
  height: number;
  movements_all: number;
  movements: MovementRow[];
  examined: number;
  end: boolean;
  cursor?: string;
  assets: Assets;
}
export interface TransactionPage {
  transaction: {
    chain: string;
    transaction: string;
    height: number;
    time: string;
    movements: {
      chain: string;
      direction: string;
      position: number;
      asset: string;
      amount: string;
      counterparty?: string;
      outpoint?: string;
      spent_by?: string;
    }[];
    joint?: { kind: string; confidence: number };
    change_evidence?: { output: number; heuristic: string; confidence: number }[];
    likely_change?: { output: number; confidence: number };
  };
  parties: (Who & { address: string })[];
  assets: Assets;
}
export interface SearchResult extends Who {
  kind: "address" | "transaction" | "incident" | "tag";
  chain?: string;
  address?: string;
  transaction?: string;
  id?: string;
  name?: string;
  victim?: string;
  date?: string;
  why?: string;
  in_ledger?: boolean;
  time?: string;
  subject?: string;
}
export interface Search {
  q: string;
  results: SearchResult[];
  complete: boolean;
}
export interface AlertRow {
  number: number;
  state: "open" | "working" | "closed";
  assignee: string;
  comment: string;
  alert: {
    kind: string;
    stage: string;
    at: string;
    label?: string;
    source: string;
    id: string;
    title: string;
    marking?: string;
    chain?: string;
    address?: string;
    asset?: string;
    amount?: string;
    hops?: number;
    transaction?: string;
    from?: string;
    time?: string;
    inferred?: boolean;
    [other: string]: unknown;
  };
}
export interface Screening {
  verdict: "allow" | "review" | "hold";
  reasons: { verdict: string; rule?: string; because?: string; text?: string; [o: string]: unknown }[];
  unknown: string[];
  coverage: Coverage;
  decision: number;
  marking?: string;
  [other: string]: unknown;
}
export interface SharedObject {
  position: number;
  object: string;
  type: string;
  title: string;
  version: string;
  received: string;
  collection: string;
  marking: string;
  from: string;
  sent_by?: string;
  ours: boolean;
  way: string;
  signature: string;
  withdrawn?: boolean;
}
export interface SharedObjects {
  own: string;
  earlier: boolean;
  later: boolean;
  objects: SharedObject[];
}
export interface Directory {
  own?: string;
  organisations?: { id: string; name: string; country?: string; kind?: string }[];
  groups?: { id: string; name: string; purpose: string; members: string[] }[];
  collections?: { id: string; title: string; description?: string }[];
  [other: string]: unknown;
}
export interface View {
  id: string;
  name: string;
  incident: string;
  marking: string;
  author: string;
  created: string;
  changed: string;
  revision: number;
  content?: unknown;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
let onSignedOut: () => void = () => {};
export function whenSignedOut(call: () => void) {
  onSignedOut = call;
}

export type Query = Record<string, string | number | boolean | undefined>;
export function withQuery(path: string, query: Query = {}): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "" && value !== false) out.set(name, String(value));
  const text = out.toString();
  return text ? `${path}?${text}` : path;
}
async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      signal,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ApiError(0, (error as Error).message);
  }
  const text = await answer.text();
  if (!answer.ok) {
    let detail = text;
    try {
      detail = (JSON.parse(text) as { detail?: string }).detail ?? text;
    } catch {
      /* no JSON: the text itself */
    }
    if (answer.status === 401 && path !== "/v1/session") onSignedOut();
    throw new ApiError(answer.status, detail || answer.statusText);
  }
  return (text ? JSON.parse(text) : undefined) as T;
}
export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
  call<T>("GET", withQuery(path, query), undefined, signal);
export const post = <T>(path: string, body: unknown) => call<T>("POST", path, body);
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, body);
export const remove = (path: string) => call<void>("DELETE", path);
export const part = encodeURIComponent;
