/* What went wrong, as the server says it (RFC 9457) or as the browser found it. */

export interface ProblemBody {
  title?: string;
  status?: number;
  code?: string;
  detail?: string | null;
  field?: string | null;
  request_id?: string | null;
  retry_after_s?: number | null;
}

export class Problem extends Error {
  /** Stable code of the registry ("required", "precondition_failed" …); "offline" when no answer came. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly field: string;
  readonly request_id: string;
  readonly retry_after_s: number | null;

  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || '出错了');
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? 'unknown';
    this.title = body.title ?? '出错了，您的内容没有改动。请稍后再试。';
    this.detail = body.detail ?? '';
    this.field = body.field ?? '';
    this.request_id = body.request_id ?? '';
    this.retry_after_s = body.retry_after_s ?? null;
  }

  /** One sentence for the screen: the particular one if there is one. */
  get text(): string {
    return this.detail || this.title;
  }

  /** No answer came: no signal, or the server cannot be reached. */
  get offline(): boolean {
    return this.code === 'offline';
  }

  static offline(): Problem {
    return new Problem(0, { code: 'offline', title: '连接不上服务器，请检查网络。您写的内容仍在本机。' });
  }

  static from(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem(0, { code: 'unknown', title: '页面出错，您写的内容仍在本机。请刷新后再试。' });
  }
}
