/* Categories, reasons, gates, criteria, publications and the rules of a report: read once a visit, kept on the
 * device so that writing works without a signal. */
import { shallowRef } from 'vue';
import { api } from '@/api/client';
import { onReconnect } from '@/api/connection';
import type { Catalog } from '@/api/types';
import { oneReading } from './composables/useLoad';
import { keep, kept } from './local-db';

export const catalog = shallowRef<Catalog | null>(null);
let fresh = false;

const { read, outdate } = oneReading(() => api('GET /catalog'), (answer) => {
  catalog.value = answer;
  fresh = true;
  void keep('catalog', answer);
});

/** Makes `catalog` hold something; throws only when nothing was ever read. */
export async function loadCatalog(): Promise<void> {
  if (fresh) return;
  const reading = read();
  reading.catch(() => undefined); // what the device keeps will do
  const last = catalog.value ?? (await kept<Catalog>('catalog'));
  catalog.value ??= last;
  if (!catalog.value) await reading;
}

/** Something in it was changed. */
export function forgetCatalog(): void {
  outdate();
  catalog.value = null;
  fresh = false;
  void keep('catalog', null);
}

onReconnect(() => void loadCatalog().catch(() => undefined));
