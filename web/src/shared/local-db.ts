/* What this device keeps: the account last signed in, rules read last, drafts and files not yet sent.
 * Everything is held apart by account; signing out removes it. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { LocalDraft, LocalFile } from '@/features/report/local';

interface Schema extends DBSchema {
  kept: { key: string; value: unknown };
  drafts: { key: string; value: LocalDraft; indexes: { account: number } };
  files: { key: string; value: LocalFile; indexes: { draft: string } };
}

let opened: Promise<IDBPDatabase<Schema>> | undefined;

export function localDb(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('minyi', 1, {
    upgrade(db) {
      db.createObjectStore('kept');
      db.createObjectStore('drafts', { keyPath: 'client_key' }).createIndex('account', 'account_id');
      db.createObjectStore('files', { keyPath: 'key' }).createIndex('draft', 'client_key');
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}

/** A small value kept on this device, or null; never throws (private windows may refuse). */
export async function kept<T>(key: string): Promise<T | null> {
  try {
    return ((await (await localDb()).get('kept', key)) as T | undefined) ?? null;
  } catch {
    return null;
  }
}

export async function keep(key: string, value: unknown): Promise<void> {
  try {
    const db = await localDb();
    if (value === null) await db.delete('kept', key);
    else await db.put('kept', JSON.parse(JSON.stringify(value)), key);
  } catch {
    /* Without storage the page works on, only not offline. */
  }
}
