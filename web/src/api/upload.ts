/* Sending a file with progress: fetch cannot tell how much has gone, XMLHttpRequest can. */
import { urlOf } from './client';
import { wentOffline, wentOnline } from './connection';
import { Problem, type ProblemBody } from './problem';
import { csrfToken } from './session';
import type { Attachment, Scan } from './types';

interface Sending {
  blob: Blob;
  onProgress?: (part: number) => void;
  signal?: AbortSignal;
}
export interface UploadOptions extends Sending {
  report_id: number;
  name: string;
}

export function uploadAttachment({ report_id, name, ...sending }: UploadOptions): Promise<Attachment> {
  return upload<Attachment>(urlOf('/reports/{id}/attachments', { path: { id: report_id }, query: { name } }), sending);
}
export function uploadScan({ name, ...sending }: Sending & { name: string }): Promise<Scan> {
  return upload<Scan>(urlOf('/scans', { query: { name } }), sending);
}

function upload<T>(url: string, { blob, onProgress, signal }: Sending): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    request.onload = () => {
      const body = parsed(request.responseText);
      wentOnline();
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(new Problem(request.status, body as ProblemBody));
    };
    request.onerror = () => {
      wentOffline();
      reject(Problem.offline());
    };
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(blob);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
}
