/* The numbers of the rail: read when the desk opens, after acts (refreshCounts) and every minute in view. */
import { shallowRef } from 'vue';
import { api } from '@/api/client';
import { connection } from '@/api/connection';
import { may } from '@/api/session';
import type { DeskCounts } from '@/api/types';
import { oneReading } from '@/shared/composables/useLoad';

export const counts = shallowRef<DeskCounts | null>(null);
const { read, outdate } = oneReading(() => api('GET /desk/counts', { once: true }), (now) => { counts.value = now; });

export async function refreshCounts(): Promise<void> {
  if (!may('report.read')) return;
  try {
    outdate();
    await read();
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
