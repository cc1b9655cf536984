/* The API's types under the names that the pages use. They are those of schema.d.ts, which `npm run types` writes from
 * the served OpenAPI document; what that document can say is not said again here. */
import type { components, paths } from './schema';

type Schemas = components['schemas'];

/* ---- records ---- */
export type Me = Schemas['Me'];
export type Session = Schemas['Session'];
export type SessionItem = Schemas['SessionItem'];
export type LinkInfo = Schemas['LinkInfo'];
export type Profile = Schemas['Profile'];
export type AccountItem = Schemas['AccountItem'];
export type AccountCreated = Schemas['AccountCreated'];
export type AccountRole = Schemas['AccountRole'];
export type Account = Schemas['Account'];
export type ImportLine = Schemas['ImportLine'];
export type ImportResult = Schemas['ImportResult'];
export type Unit = Schemas['Unit'];
export type Role = Schemas['Role'];
export type PermissionItem = Schemas['PermissionItem'];
export type Category = Schemas['Category'];
export type Reason = Schemas['Reason'];
export type Gate = Schemas['Gate'];
export type Criterion = Schemas['Criterion'];
export type Publication = Schemas['Publication'];
export type ReportRules = Schemas['ReportRules'];
export type Catalog = Schemas['Catalog'];
export type Setting = Schemas['Setting'];
export type PublicationItem = Schemas['PublicationItem'];
export type PublicationStep = Schemas['PublicationStep'];
export type PublicationDetail = Schemas['PublicationDetail'];
export type AuditRow = Schemas['AuditRow'];
export type AuditVerdict = Schemas['AuditVerdict'];
export type ReportAuthorInput = Schemas['ReportAuthorInput'];
export type Attachment = Schemas['Attachment'];
export type Report = Schemas['Report'];
export type Receipt = Schemas['Receipt'];
export type TimelineItem = Schemas['TimelineItem'];
export type Outcome = Schemas['Outcome'];
export type Outcomes = Schemas['Outcomes'];
export type Notice = Schemas['Notice'];
export type Person = Schemas['Person'];
export type DeskCounts = Schemas['DeskCounts'];
export type DeskItem = Schemas['DeskItem'];
export type GateView = Schemas['GateView'];
export type GradingMark = Schemas['GradingMark'];
export type GradingView = Schemas['GradingView'];
export type Lease = Schemas['Lease'];
export type DeskReport = Schemas['DeskReport'];
export type ArticleCreated = Schemas['ArticleCreated'];
export type ArticleItem = Schemas['ArticleItem'];
export type ArticleSource = Schemas['ArticleSource'];
export type SignoffAct = Schemas['SignoffAct'];
export type Article = Schemas['Article'];
export type ArticleVersion = Schemas['ArticleVersion'];
export type DiffChange = Schemas['DiffChange'];
export type DiffPart = Schemas['DiffPart'];
export type Diff = Schemas['Diff'];
export type SignoffItem = Schemas['SignoffItem'];
export type SignResult = Schemas['SignResult'];
export type Delegation = Schemas['Delegation'];
export type Signer = Schemas['Signer'];
export type IssueItem = Schemas['IssueItem'];
export type DispatchRating = Schemas['DispatchRating'];
export type Dispatch = Schemas['Dispatch'];
export type Instruction = Schemas['Instruction'];
export type IssueSource = Schemas['IssueSource'];
export type Issue = Schemas['Issue'];
export type Recipient = Schemas['Recipient'];
export type PaperKind = Schemas['PaperKind'];
export type PaperKinds = Schemas['PaperKindList'];
export type PaperElement = Schemas['PaperElement'];
export type PaperStyle = Schemas['PaperStyle'];
export type PaperTemplate = Schemas['PaperTemplate'];
export type PaperTemplateItem = Schemas['PaperTemplateItem'];
export type PaperTemplateElement = Schemas['PaperTemplateElement'];
export type PaperTemplateStyle = Schemas['PaperTemplateStyle'];
export type PaperTemplatePages = Schemas['PaperTemplatePages'];
export type PaperFontRole = Schemas['PaperFontRole'];
export type PaperInfo = Schemas['PaperInfo'];
export type PaperStandIn = Schemas['PaperStandIn'];
export type Rendering = Schemas['Rendering'];
export type RenderingFound = Schemas['RenderingFound'];
export type ArticlePhoto = Schemas['ArticlePhoto'];
export type PaperBatch = Schemas['PaperBatch'];
export type PaperBatchItem = Schemas['PaperBatchItem'];
export type PaperRecord = Schemas['PaperRecord'];
export type Scan = Schemas['Scan'];

/* Records that the pages know by a shorter name. */
export type ProfileFields = Schemas['ProfileSaveInput'];
export type CategoryRow = Schemas['CategoryDetail'];
export type ReasonRow = Schemas['ReasonDetail'];
export type GateRow = Schemas['GateDetail'];
export type CriterionRow = Schemas['CriterionDetail'];
export type ReportDraft = Schemas['ReportDraftInput'];
export type GateSave = Schemas['GateSaveInput'];
export type Decision = Schemas['DecisionInput'];
export type ArticleSave = Schemas['ArticleEditInput'];
export type SignInput = Schemas['ArticleSignInInput'];
export type InstructionInput = Schemas['InstructionInInput'];
export type RecipientInput = Schemas['RecipientSaveInInput'];
export type ProfileFieldsManaged = Omit<Schemas['AccountSaveInput'], 'name' | 'unit_id'>;
/* One row shows both lists: that of a unit names the author, one's own does not. */
export type ReportItem = Schemas['ReportItem'] & Partial<Pick<Schemas['ReportUnitItem'], 'author_name'>>;

/* ---- closed sets ---- */
export type ReportChannel = Report['channel'];
export type Urgency = Report['urgency'];
export type TargetLevel = Report['target_level'];
export type ReportSource = Report['source'];
export type Standing = NonNullable<Profile['standing']>;
export type UnitKind = Unit['kind'];
export type GateResult = NonNullable<GateView['result']>;
export type Grade = GradingView['grade'];
export type VersionReason = Schemas['ArticleVersionItem']['reason'];
export type SignoffActKind = SignoffAct['act'];
export type AnswerResult = NonNullable<Dispatch['answer_result']>;
export type InstructionRank = Instruction['rank'];
export type Rating = DispatchRating['rating'];
export type RecipientKind = Recipient['kind'];
export type ReasonKind = Reason['kind'];
/* Ours: lists of texts (Me.permissions) carry no enum in the document. The server decides each time anyway. */
export type PermissionCode =
  | 'report.write' | 'report.unit_read' | 'report.unit_sign' | 'report.read' | 'report.review' | 'report.grade'
  | 'report.decide' | 'report.on_behalf' | 'gate.override' | 'article.read' | 'article.edit' | 'signoff.sign'
  | 'issue.read' | 'issue.manage' | 'dispatch.manage' | 'dispatch.answer' | 'instruction.write' | 'account.manage'
  | 'unit.manage' | 'role.manage' | 'setting.manage' | 'session.manage' | 'audit.read';

/* Ours: the shapes of lists for parts that show any of them; the document has one schema a list. */
export interface Page<T> { items: T[]; next: string | null }
export interface All<T> { items: T[] }
export interface PageQuery { after?: string | null; limit?: number | null }

/* ---- routes: 'GET /reports/{id}' to its query, body and answer ---- */
type Method = 'get' | 'post' | 'put' | 'delete';
type OperationsOf<P extends keyof paths> = {
  [M in Method as paths[P][M] extends { responses: unknown } ? `${Uppercase<M>} ${P}` : never]: paths[P][M];
};
type Merged<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer A) => void ? A : never;
type Operations = Merged<{ [P in keyof paths]: OperationsOf<P> }[keyof paths]>;

/* Ours: the client leaves out a query's value that is null, and a filter is whatever text stands in the page's address:
 * the server judges it. */
type QueryValue<V> = (V extends string ? string : V) | null;
type QueryOf<O> = O extends { parameters: { query?: infer Q } }
  ? [NonNullable<Q>] extends [never] ? unknown : { query: { [N in keyof NonNullable<Q>]: QueryValue<NonNullable<Q>[N]> } }
  : unknown;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? { body: B } : unknown;
type AnswerOf<R> = R extends { 201: { content: { 'application/json': infer A } } } ? A
  : R extends { 200: { content: { 'application/json': infer A } } } ? A
  : void;
type RouteOf<O> = QueryOf<O> & BodyOf<O> & { out: O extends { responses: infer R } ? AnswerOf<R> : void };

export type Routes = { [K in keyof Operations]: RouteOf<Operations[K]> };
