/* The shapes of the API, as the contract gives them: records by their names, and one line a route.
 * A field that may be missing in an answer is `T | null`; in a request it is optional. */

export type ReportStatus =
  | 'draft' | 'unit_signing' | 'submitted' | 'in_review' | 'returned' | 'kept' | 'merged' | 'redirected'
  | 'adopted' | 'published' | 'closed' | 'withdrawn';
export type Urgency = 'normal' | 'urgent' | 'express';
export type TargetLevel = 'national' | 'province' | 'city' | 'county';
export type ReportSource =
  | 'member' | 'party_group' | 'special_committee' | 'sector' | 'lower_committee' | 'public' | 'office' | 'work_room';
export type Standing =
  | 'national_member' | 'province_member' | 'city_member' | 'county_member' | 'special_officer' | 'key_officer'
  | 'party_officer' | 'other';
export type UnitKind =
  | 'nation' | 'province' | 'city' | 'county' | 'office' | 'special_committee' | 'party_group' | 'department' | 'work_room';
export type GateResult = 'pass' | 'fail' | 'not_applicable' | 'override';
export type Grade = 'excellent' | 'good' | 'fair' | 'poor';
export type ArticleStatus = 'editing' | 'in_signoff' | 'signed' | 'withdrawn';
export type DispatchStatus = 'pending' | 'sent' | 'received' | 'answered' | 'closed';
export type AnswerResult = 'A' | 'B' | 'C';
export type InstructionRank = 'nation' | 'province' | 'department' | 'city' | 'county';
export type Rating = 'satisfied' | 'mostly' | 'unsatisfied';
export type RecipientKind = 'leader' | 'department' | 'upper';
export type PublicationKind = 'submit' | 'forward';
export type PermissionCode =
  | 'report.write' | 'report.unit_read' | 'report.unit_sign' | 'report.read' | 'report.review' | 'report.grade'
  | 'report.decide' | 'report.on_behalf' | 'gate.override' | 'article.read' | 'article.edit' | 'signoff.sign'
  | 'issue.read' | 'issue.manage' | 'dispatch.manage' | 'dispatch.answer' | 'instruction.write' | 'account.manage'
  | 'unit.manage' | 'role.manage' | 'setting.manage' | 'session.manage' | 'audit.read';

export interface Page<T> { items: T[]; next: string | null }
export interface All<T> { items: T[] }
export interface PageQuery { after?: string | null; limit?: number | null }

/* account */
export interface Me {
  id: number; login: string; name: string; unit_id: number; unit_name: string; committee_id: number;
  committee_name: string; permissions: string[]; roles: string[]; unread: number;
}
export interface Session { csrf: string; account: Me }
export interface SessionItem {
  id: number; created_ms: number; used_ms: number; remote: string | null; agent: string | null; current: boolean;
}
export interface LinkInfo { name: string; login: string; expires_ms: number }
export interface ProfileFields {
  post?: string | null; employer?: string | null; sector?: string | null; party?: string | null;
  expertise?: string | null; phone?: string | null; email?: string | null;
}
export interface ProfileFieldsManaged extends ProfileFields {
  standing?: Standing | null; term?: string | null; appointed_from?: string | null; appointed_to?: string | null;
}
export interface Profile {
  account_id: number; name: string; login: string; unit_name: string; post: string | null; employer: string | null;
  sector: string | null; party: string | null; standing: Standing | null; expertise: string | null;
  phone: string | null; email: string | null; term: string | null; appointed_from: string | null;
  appointed_to: string | null; version: number;
}
export interface AccountItem {
  id: number; login: string; name: string; unit_id: number; unit_name: string; status: string; roles: string;
  last_signin_ms: number | null;
}
export interface AccountCreated { id: number; link: string; expires_ms: number }
export interface AccountRole { role_id: number; role_name: string; role_code: string; unit_id: number; unit_name: string }
export interface Account {
  id: number; login: string; name: string; unit_id: number; unit_name: string; status: string; created_ms: number;
  last_signin_ms: number | null; roles: AccountRole[]; profile: Profile | null; version: number;
}
export interface ImportLine {
  line: number; ok: boolean; login: string | null; name: string | null; link: string | null; error: string | null;
}
export interface ImportResult { ok: number; failed: number; lines: ImportLine[] }
export interface Unit {
  id: number; parent_id: number | null; committee_id: number; kind: UnitKind; code: string; name: string;
  short_name: string; position: number; active: boolean; version: number;
}
export interface Role { id: number; code: string; name: string; builtin: boolean; permissions: string[]; version: number }
export interface PermissionItem { code: string; name: string }

/* admin */
export interface Category { id: number; code: string; name: string }
export interface Reason { kind: string; code: string; name: string; text: string }
export interface Gate { id: number; code: string; name: string; question: string; checklist: string[] }
export interface Criterion { id: number; code: string; name: string; hint: string; weight: number }
export interface Publication { id: number; code: string; name: string; kind: PublicationKind; committee_id: number }
export interface ReportRules {
  max_words: number; title_max: number; analysis_required: boolean; suggestion_required: boolean;
  attachment_max_bytes: number; attachment_max_count: number; not_accepted: string[]; classified_warning: string;
}
export interface Catalog {
  categories: Category[]; reasons: Reason[]; gates: Gate[]; criteria: Criterion[]; publications: Publication[];
  settings: ReportRules;
}
export interface Setting {
  key: string; value: string; name: string; kind: string; minimum: number | null; maximum: number | null;
  version: number; updated_ms: number | null;
}
/* Dictionaries as their administrator reads them. */
export interface CategoryRow { id: number; code: string; name: string; position: number; active: boolean; version: number }
export type ReasonKind = 'return' | 'keep' | 'redirect' | 'signoff_return' | 'override' | 'unit_return';
export interface ReasonRow {
  id: number; kind: ReasonKind; code: string; name: string; text: string; position: number; active: boolean; version: number;
}
export interface GateRow { id: number; code: string; name: string; question: string; checklist: string[]; version: number }
export interface CriterionRow {
  id: number; code: string; name: string; hint: string; weight: number; position: number; active: boolean; version: number;
}
export interface PublicationItem {
  id: number; code: string; name: string; kind: PublicationKind; committee_id: number; active: boolean; version: number;
}
export interface PublicationStep { position: number; name: string; role_id: number; role_name: string }
export interface PublicationDetail {
  id: number; committee_id?: number; code: string; name: string; kind: PublicationKind; number_format: string;
  issuing_office: string; print_office: string; copies: number; active: boolean; steps: PublicationStep[]; version: number;
}
export interface AuditRow {
  id: number; at_ms: number; actor_id: number; actor_name: string | null; act: string; subject_kind: string;
  subject_id: number; detail: string; remote: string; request_id: string; hash: string;
}
export interface AuditVerdict { rows: number; whole: boolean; bad_id: number | null; why: string | null }

/* report, notify */
export interface ReportAuthorInput {
  account_id?: number | null; name: string; unit_name?: string | null; post?: string | null;
  standing?: Standing | null; contact?: string | null;
}
export interface ReportAuthor {
  id: number; account_id: number | null; name: string; unit_name: string | null; post: string | null;
  standing: Standing | null; contact: string | null;
}
export interface ReportDraft {
  client_key?: string | null; title?: string | null; situation?: string | null; analysis?: string | null;
  suggestion?: string | null; category_id?: number | null; source?: ReportSource | null; urgency?: Urgency | null;
  target_level?: TargetLevel | null; writer?: string | null; name_public?: boolean;
  name_public_reason?: string | null; suggested_recipients?: string | null; remarks?: string | null;
  authors?: ReportAuthorInput[]; via_unit?: boolean;
}
export interface Attachment { id: number; name: string; size: number; mime: string; sha256: string; created_ms: number }
export interface ReportItem {
  id: number; title: string; status: ReportStatus; status_text: string; category_name: string | null;
  urgency: Urgency; words: number; receipt: string | null; updated_ms: number; submitted_ms: number | null;
  last_event: string | null; last_event_ms: number | null; author_name?: string | null;
}
export interface Report {
  id: number; receipt: string | null; status: ReportStatus; status_text: string; title: string; situation: string;
  analysis: string; suggestion: string; words: number; text_sha256: string; category_id: number | null;
  category_name: string | null; source: ReportSource; channel: string; urgency: Urgency; target_level: TargetLevel;
  writer: string | null; name_public: boolean; name_public_reason: string | null; suggested_recipients: string | null;
  remarks: string | null; authors: ReportAuthor[]; author_id: number; author_name: string; unit_id: number;
  unit_name: string; committee_id: number; committee_name: string; attachments: Attachment[];
  decision_code: string | null; decision_text: string | null; created_ms: number; updated_ms: number;
  submitted_ms: number | null; opened_ms: number | null; decided_ms: number | null; published_ms: number | null;
  closed_ms: number | null; can_edit: boolean; can_submit: boolean; can_withdraw: boolean; can_delete: boolean;
  can_unit_sign: boolean; version: number;
}
export interface Receipt {
  id: number; receipt: string; text_sha256: string; submitted_ms: number; status: ReportStatus; status_text: string;
  version: number;
}
export interface TimelineItem {
  id: number; kind: string; at_ms: number; text: string | null; staff_text: string | null; actor_name: string | null;
}
export interface Outcome {
  dispatch_id: number; issue_number_text: string; recipient_name: string; status: DispatchStatus; status_text: string;
  sent_ms: number | null; received_ms: number | null; answered_ms: number | null; answer_result: AnswerResult | null;
  answer_text: string | null; rating: Rating | null; rating_note: string | null; can_rate: boolean;
}
export interface OutcomeInstruction { leader: string; rank: InstructionRank; dated_on: string; text: string }
export interface Outcomes { items: Outcome[]; instructions: OutcomeInstruction[] }
export interface Notice {
  id: number; kind: string; title: string; text: string; link: string; created_ms: number; read_ms: number | null;
}
export interface Person { account_id: number; name: string; unit_name: string }

/* review, article */
export interface DeskCounts {
  submitted: number; in_review: number; mine: number; returned: number; kept: number; adopted: number; urgent: number;
  overdue: number; unread: number; articles_editing: number; articles_in_signoff: number; signoff_mine: number;
  dispatch_pending: number; dispatch_waiting: number;
}
export interface DeskItem {
  id: number; receipt: string | null; title: string; status: ReportStatus; status_text: string;
  category_name: string | null; urgency: Urgency; unit_name: string; author_name: string | null; words: number;
  submitted_ms: number | null; opened_ms: number | null; assignee_id: number | null; assignee_name: string | null;
  holder_name: string | null; unread: boolean; gates: string; grade: Grade | null; version: number;
}
export interface GateView {
  gate_id: number; code: string; name: string; question: string; checklist: string[]; result: GateResult | null;
  checked: number[]; note: string | null; by_name: string | null; at_ms: number | null; stale: boolean;
}
export interface GradingMark { criterion_id: number; mark: number }
export interface GradingView {
  reviewer_id: number; reviewer_name: string; total: number; grade: Grade; note: string | null; marks: GradingMark[];
  stale: boolean; at_ms: number;
}
export interface Lease { account_id: number; name: string; since_ms: number; expires_ms: number; mine: boolean }
export interface ArticleRef { id: number; title: string; status: ArticleStatus; status_text: string }
export interface VersionRef { number: number; at_ms: number; text_sha256: string }
export interface DeskReport {
  report: Report; gates: GateView[]; gradings: GradingView[]; my_grading: GradingView | null;
  grade_average: number | null; spread: number | null; lease: Lease | null; articles: ArticleRef[];
  versions: VersionRef[]; can_review: boolean; can_grade: boolean; can_decide: boolean; version: number;
}
export interface GateSave {
  result: GateResult; checked?: number[]; note?: string | null; text_sha256: string; reason_code?: string | null;
}
export interface GradingSave { marks: GradingMark[]; note?: string | null; text_sha256: string }
export interface Decision { reason_code: string; text: string }
export interface ArticleCreated { article_id: number }
export interface ArticleItem {
  id: number; title: string; status: ArticleStatus; status_text: string; publication_name: string;
  step_name: string | null; editor_name: string; words: number; updated_ms: number; issue_id: number | null;
  holder_name: string | null;
}
export interface ArticleSource {
  report_id: number; receipt: string | null; title: string; author_name: string; unit_name: string; position: number;
}
export interface ArticleVersionRef { number: number; reason: string; at_ms: number; by_name: string; text_sha256: string }
export interface SignoffAct {
  round: number; step: number; step_name: string; act: string; note: string | null; at_ms: number; by_name: string;
  for_name: string | null;
}
export interface Article {
  id: number; status: ArticleStatus; status_text: string; publication_id: number; publication_name: string;
  publication_kind: PublicationKind; title: string; editor_note: string; situation: string; analysis: string;
  suggestion: string; words: number; text_sha256: string; step: number | null; step_name: string | null; round: number;
  editor_id: number; editor_name: string; sources: ArticleSource[]; versions: ArticleVersionRef[]; gates: GateView[];
  signoff: SignoffAct[]; lease: Lease | null; issue_id: number | null; issue_number_text: string | null;
  can_edit: boolean; can_send: boolean; can_sign: boolean; can_recall: boolean; blocked_reason: string | null;
  version: number;
}
export interface ArticleSave {
  title: string; editor_note?: string | null; situation: string; analysis?: string | null; suggestion?: string | null;
}
export interface ArticleVersion {
  number: number; title: string; editor_note: string; situation: string; analysis: string; suggestion: string;
  reason: string; at_ms: number; by_name: string;
}
export interface DiffChange { kind: 'equal' | 'insert' | 'delete'; text: string }
export interface DiffPart { field: 'title' | 'editor_note' | 'situation' | 'analysis' | 'suggestion'; changes: DiffChange[] }
export interface Diff { parts: DiffPart[]; inserted: number; deleted: number }

/* signoff, issue, dispatch */
export interface SignoffItem {
  article_id: number; title: string; publication_name: string; step: number; step_name: string; round: number;
  sent_ms: number; for_name: string | null; words: number;
}
export interface SignInput {
  title?: string | null; editor_note?: string | null; situation?: string | null; analysis?: string | null;
  suggestion?: string | null; note?: string | null;
}
export interface SignResult { article: Article; issue_id: number | null; issue_number_text: string | null; waits_for_gates: boolean }
export interface Delegation {
  id: number; from_id: number; from_name: string; to_id: number; to_name: string; starts_ms: number; ends_ms: number;
  ended_ms: number | null; note: string | null; active: boolean; mine: boolean;
}
export interface Signer { account_id: number; name: string; unit_name: string }
export interface IssueItem {
  id: number; publication_name: string; publication_kind: PublicationKind; number_text: string; title: string;
  status: string; status_text: string; issued_on: string; signed_ms: number; dispatches: number; answered: number;
  instructions: number;
}
export interface DispatchRating { rating: Rating; note: string | null }
export interface Dispatch {
  id: number; issue_id: number; issue_number_text: string; issue_title: string; publication_name: string;
  recipient_id: number; recipient_name: string; recipient_kind: RecipientKind; kind: string; status: DispatchStatus;
  status_text: string; sent_ms: number | null; received_ms: number | null; answered_ms: number | null;
  due_on: string | null; overdue: boolean; answer_result: AnswerResult | null; answer_text: string | null;
  contact: string | null; answered_by_name: string | null; ratings: DispatchRating[]; can_receive: boolean;
  can_answer: boolean; can_register: boolean; can_close: boolean; version: number;
}
export interface Instruction {
  id: number; leader: string; rank: InstructionRank; dated_on: string; text: string; recipient_id: number | null;
  shown_to_author: boolean; by_name: string; at_ms: number; version: number;
}
export interface InstructionInput {
  leader: string; rank: InstructionRank; dated_on: string; text: string; recipient_id?: number | null;
  shown_to_author: boolean;
}
export interface IssueSource { report_id: number; receipt: string | null; title: string }
export interface Issue {
  id: number; publication_id: number; publication_name: string; publication_kind: PublicationKind; number_text: string;
  year: number; number: number; total: number; title: string; editor_note: string; situation: string; analysis: string;
  suggestion: string; issuing_office: string; print_office: string; issued_on: string; signer_name: string;
  editor_name: string; reviewer_name: string; copies: number; status: string; status_text: string;
  void_reason: string | null; authors_line: string; main_recipients: string[]; copy_recipients: string[];
  dispatches: Dispatch[]; instructions: Instruction[]; sources: IssueSource[]; can_manage: boolean;
  can_instruct: boolean; version: number;
}
export interface Recipient {
  id: number; kind: RecipientKind; name: string; rank: string | null; unit_id: number | null; position: number;
  active: boolean; version: number;
}
export interface RecipientInput {
  kind: RecipientKind; name: string; rank?: string | null; unit_id?: number | null; position?: number | null; active?: boolean;
}

/* ---- routes ---- */
interface Out<O> { out: O }
interface Q<I, O> { query: I; out: O }
interface B<I, O> { body: I; out: O }

export interface Routes {
  'POST /session': B<{ login: string; password: string }, Session>;
  'GET /session': Out<Session>;
  'DELETE /session': Out<void>;
  'GET /sessions': Out<All<SessionItem>>;
  'DELETE /sessions/{id}': Out<void>;
  'DELETE /sessions': Out<void>;
  'POST /links/check': B<{ token: string }, LinkInfo>;
  'POST /links/redeem': B<{ token: string; password: string }, Session>;
  'PUT /password': B<{ current: string; password: string }, void>;
  'GET /profile': Out<Profile>;
  'PUT /profile': B<ProfileFields, Profile>;
  'GET /accounts': Q<PageQuery & { unit_id?: number | null; status?: string | null; search?: string | null }, Page<AccountItem>>;
  'POST /accounts': B<ProfileFieldsManaged & { login: string; name: string; unit_id: number; role_codes?: string[] }, AccountCreated>;
  'GET /accounts/{id}': Out<Account>;
  'PUT /accounts/{id}': B<ProfileFieldsManaged & { name: string; unit_id: number }, Account>;
  'POST /accounts/{id}/disable': Out<Account>;
  'POST /accounts/{id}/enable': Out<Account>;
  'POST /accounts/{id}/link': Out<AccountCreated>;
  'POST /accounts/{id}/sign-out': Out<void>;
  'PUT /accounts/{id}/roles': B<{ roles: { role_id: number; unit_id: number }[] }, Account>;
  'POST /accounts/import': B<{ csv: string; unit_id: number; commit: boolean }, ImportResult>;
  'GET /units': Out<All<Unit>>;
  'POST /units': B<{ parent_id: number; kind: UnitKind; code: string; name: string; short_name: string; position?: number | null }, Unit>;
  'PUT /units/{id}': B<{ name: string; short_name: string; position: number; active: boolean }, Unit>;
  'GET /roles': Out<All<Role>>;
  'GET /permissions': Out<All<PermissionItem>>;
  'POST /roles': B<{ code: string; name: string; permissions: string[] }, Role>;
  'PUT /roles/{id}': B<{ name: string; permissions: string[] }, Role>;
  'GET /catalog': Out<Catalog>;
  'GET /settings': Out<All<Setting>>;
  'PUT /settings/{key}': B<{ value: string }, Setting>;
  'GET /categories': Out<All<CategoryRow>>;
  'POST /categories': B<{ code: string; name: string; position: number }, CategoryRow>;
  'PUT /categories/{id}': B<{ name: string; position: number; active: boolean }, CategoryRow>;
  'GET /reasons': Out<All<ReasonRow>>;
  'POST /reasons': B<{ kind: ReasonKind; code: string; name: string; text: string; position: number }, ReasonRow>;
  'PUT /reasons/{id}': B<{ name: string; text: string; position: number; active: boolean }, ReasonRow>;
  'GET /gates': Out<All<GateRow>>;
  'PUT /gates/{id}': B<{ name: string; question: string; checklist: string[] }, GateRow>;
  'GET /criteria': Out<All<CriterionRow>>;
  'PUT /criteria': B<{ items: Omit<CriterionRow, 'code'>[] }, All<CriterionRow>>;
  'GET /publications': Out<All<PublicationItem>>;
  'GET /publications/{id}': Out<PublicationDetail>;
  'PUT /publications/{id}': B<
    {
      name: string; number_format: string; issuing_office: string; print_office: string; copies: number; active: boolean;
      steps: { name: string; role_id: number }[];
    },
    PublicationDetail
  >;
  'GET /audit': Q<PageQuery & { act?: string | null; actor_id?: number | null; subject_kind?: string | null; subject_id?: number | null }, Page<AuditRow>>;
  'POST /audit/verify': Out<AuditVerdict>;

  'GET /reports': Q<PageQuery & { status?: string | null }, Page<ReportItem>>;
  'GET /reports/unit': Q<PageQuery & { status?: string | null }, Page<ReportItem>>;
  'POST /reports': B<ReportDraft, Report>;
  'POST /desk/reports/on-behalf': B<ReportDraft & { authors: ReportAuthorInput[] }, Report>;
  'GET /reports/{id}': Out<Report>;
  'PUT /reports/{id}': B<ReportDraft, Report>;
  'DELETE /reports/{id}': Out<void>;
  'POST /reports/{id}/submit': B<{ confirm_not_classified: boolean }, Receipt>;
  'POST /reports/{id}/withdraw': Out<Report>;
  'POST /reports/{id}/unit-sign': B<{ approve: boolean; reason_code?: string | null; note?: string | null; text_sha256?: string | null }, Report>;
  'GET /reports/{id}/timeline': Out<All<TimelineItem>>;
  'GET /reports/{id}/outcomes': Out<Outcomes>;
  'DELETE /reports/{id}/attachments/{attachment_id}': Out<void>;
  'GET /notices': Q<PageQuery & { unread?: boolean | null }, Page<Notice>>;
  'POST /notices/{id}/read': Out<Notice>;
  'POST /notices/read-all': Out<void>;
  'GET /people': Q<{ search: string }, All<Person>>;

  'GET /desk/counts': Out<DeskCounts>;
  'GET /desk/reports': Q<
    PageQuery & {
      status?: string | null; category_id?: number | null; unit_id?: number | null; urgency?: Urgency | null;
      assignee?: string | null; older_than_days?: number | null; unread?: boolean | null;
    },
    Page<DeskItem>
  >;
  'GET /desk/reports/{id}': Out<DeskReport>;
  'POST /desk/reports/{id}/claim': B<{ force?: boolean }, Lease>;
  'POST /desk/reports/{id}/heartbeat': Out<Lease>;
  'DELETE /desk/reports/{id}/claim': Out<void>;
  'PUT /desk/reports/{id}/gates/{gate_id}': B<GateSave, GateView>;
  'PUT /desk/reports/{id}/grading': B<GradingSave, GradingView>;
  'POST /desk/reports/{id}/return': B<Decision, Report>;
  'POST /desk/reports/{id}/keep': B<Decision, Report>;
  'POST /desk/reports/{id}/redirect': B<Decision, Report>;
  'POST /desk/reports/{id}/reopen': Out<Report>;
  'POST /desk/reports/{id}/adopt': B<{ publication_id: number }, ArticleCreated>;
  'POST /desk/reports/{id}/assign': B<{ account_id?: number | null }, Report>;
  'GET /articles': Q<PageQuery & { status?: string | null }, Page<ArticleItem>>;
  'GET /articles/{id}': Out<Article>;
  'PUT /articles/{id}': B<ArticleSave, Article>;
  'GET /articles/{id}/versions/{number}': Out<ArticleVersion>;
  'GET /articles/{id}/diff': Q<{ from: number; to?: number | null }, Diff>;
  'POST /articles/{id}/claim': B<{ force?: boolean }, Lease>;
  'POST /articles/{id}/heartbeat': Out<Lease>;
  'DELETE /articles/{id}/claim': Out<void>;
  'PUT /articles/{id}/gates/{gate_id}': B<GateSave, GateView>;
  'POST /articles/{id}/withdraw': Out<Article>;
  'POST /articles/{id}/send': B<{ note?: string | null }, Article>;
  'POST /articles/{id}/recall': Out<Article>;
  'GET /signoff': Q<PageQuery & { done?: boolean | null }, Page<SignoffItem>>;
  'POST /articles/{id}/sign': B<SignInput, SignResult>;
  'POST /articles/{id}/signoff-return': B<{ reason_code: string; note: string }, Article>;
  'GET /delegations': Out<All<Delegation>>;
  'POST /delegations': B<{ to_id: number; starts_ms: number; ends_ms: number; note?: string | null }, Delegation>;
  'DELETE /delegations/{id}': Out<void>;
  'GET /signers': Out<All<Signer>>;
  'GET /issues': Q<PageQuery & { publication_id?: number | null; year?: number | null }, Page<IssueItem>>;
  'GET /issues/{id}': Out<Issue>;
  'PUT /issues/{id}/recipients': B<{ main: number[]; copy: number[] }, Issue>;
  'POST /issues/{id}/void': B<{ reason: string }, Issue>;
  'POST /issues/{id}/send': B<{ due_on?: string | null }, Issue>;
  'GET /recipients': Out<All<Recipient>>;
  'POST /recipients': B<RecipientInput, Recipient>;
  'PUT /recipients/{id}': B<RecipientInput, Recipient>;
  'GET /dispatches': Q<PageQuery & { status?: string | null; issue_id?: number | null; mine?: boolean | null }, Page<Dispatch>>;
  'GET /dispatches/{id}': Out<Dispatch>;
  'POST /dispatches/{id}/receive': Out<Dispatch>;
  'POST /dispatches/{id}/answer': B<{ result: AnswerResult; text: string; contact?: string | null }, Dispatch>;
  'POST /dispatches/{id}/close': Out<Dispatch>;
  'POST /dispatches/{id}/rating': B<{ rating: Rating; note?: string | null }, Outcome>;
  'GET /issues/{id}/instructions': Out<All<Instruction>>;
  'POST /issues/{id}/instructions': B<InstructionInput, Instruction>;
  'PUT /instructions/{id}': B<InstructionInput, Instruction>;
}
