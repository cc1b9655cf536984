/* The service worker: keeps the shell for use without a signal. A new version waits until the person asks for
 * it, so that nothing typed is lost to a reload. */
import { ref } from 'vue';
import { registerSW } from 'virtual:pwa-register';

export const updateReady = ref(false);
let update: (reload?: boolean) => Promise<void> = () => Promise.resolve();

export function startUpdates(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  update = registerSW({ onNeedRefresh: () => (updateReady.value = true) });
}

export function applyUpdate(): void {
  updateReady.value = false;
  void update(true);
}
