/* The numbers of the rail: read when the desk opens, after acts (refreshCounts) and every minute in view. */
import { shallowRef } from 'vue';
import { api } from '@/api/client';
import { connection } from '@/api/connection';
import { may } from '@/api/session';
import type { DeskCounts } from '@/api/types';

export const counts = shallowRef<DeskCounts | null>(null);

export async function refreshCounts(): Promise<void> {
  if (!may('report.read')) return;
  try {
    counts.value = await api('GET /desk/counts', { once: true });
  } catch {
    /* The numbers shown last stay. */
  }
}

export function startCounts(): () => void {
  void refreshCounts();
  const timer = setInterval(() => {
    if (!document.hidden && connection.online) void refreshCounts();
  }, 60000);
  return () => clearInterval(timer);
}
