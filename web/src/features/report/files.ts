/* Files of a draft that wait on this device, and how they reach the server: each once, whoever sends it (the page that
 * shows them, a report being handed in, another window), and none that was taken away meanwhile. */
import { api } from '@/api/client';
import { Problem } from '@/api/problem';
import { uploadAttachment } from '@/api/upload';
import type { Attachment } from '@/api/types';
import { localDb } from '@/shared/local-db';
import type { LocalFile } from './local';
import { locked } from './locked';

export async function waitingFiles(client_key: string): Promise<LocalFile[]> {
  return (await localDb()).getAllFromIndex('files', 'draft', client_key);
}

/** The attachment, or null when the file was sent or taken away meanwhile. Throws the Problem that stopped it; one that
 * trying again would not help stands beside the file from then on. */
export function sendFile(key: string, report_id: number, onProgress?: (part: number) => void): Promise<Attachment | null> {
  return locked(`file-${key}`, async () => {
    const db = await localDb();
    const file = await db.get('files', key);
    if (!file) return null;
    try {
      const made = await uploadAttachment({ report_id, name: file.name, blob: file.blob, onProgress });
      if (await db.get('files', key)) {
        await db.delete('files', key);
        return made;
      }
      await api('DELETE /reports/{id}/attachments/{attachment_id}', { path: { id: report_id, attachment_id: made.id } }).catch(() => undefined);
      return null;
    } catch (error) {
      const problem = Problem.from(error);
      const still = await db.get('files', key);
      if (still && !problem.offline) await db.put('files', { ...still, problem: problem.text });
      throw problem;
    }
  });
}
