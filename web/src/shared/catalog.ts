/* Categories, reasons, gates, criteria, publications and the rules of a report: read once a visit, kept on the
 * device so that writing works without a signal. */
import { shallowRef } from 'vue';
import { api } from '@/api/client';
import { onReconnect } from '@/api/connection';
import type { Catalog } from '@/api/types';
import { keep, kept } from './local-db';

export const catalog = shallowRef<Catalog | null>(null);
let reading: Promise<void> | undefined;
let fresh = false;

async function read(): Promise<void> {
  const last = catalog.value ?? (await kept<Catalog>('catalog'));
  if (last && !catalog.value) catalog.value = last;
  const asking = api('GET /catalog').then(async (answer) => {
    catalog.value = answer;
    fresh = true;
    await keep('catalog', answer);
  });
  if (last) asking.catch(() => undefined);
  else await asking;
}

/** Makes `catalog` hold something; throws only when nothing was ever read. */
export async function loadCatalog(again = false): Promise<void> {
  if (fresh && !again) return;
  reading ??= read().finally(() => (reading = undefined));
  await reading;
}

export function forgetCatalog(): void {
  catalog.value = null;
  fresh = false;
}

onReconnect(() => void loadCatalog().catch(() => undefined));
