/* The route table: the rows of all features. The URL is always the state. */
import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router';
import { may, session } from '@/api/session';
import type { FeatureRoutes, RailItem } from '@/shared/routes';

const features = Object.values(import.meta.glob<FeatureRoutes>('./features/*/routes.ts', { eager: true, import: 'default' }));

export const rail: RailItem[] = features.flatMap((feature) => feature.rail ?? []).sort((a, b) => a.order - b.order);

/** Where an account starts: an officer at his reports, a desk at its first page. */
export function homeOf(): string {
  const desk = rail.find((item) => may(item.permission));
  if (may('report.write') && (!desk || window.innerWidth < 768)) return '/reports';
  if (may('signoff.sign') && !may('report.review')) return '/signoff';
  if (desk) return desk.path;
  if (may(['report.unit_read', 'report.unit_sign'])) return '/reports/unit';
  return may('report.write') ? '/reports' : '/inbox';
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: () => (session.me ? homeOf() : '/sign-in') },
  ...features.flatMap((feature) => feature.routes),
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/shared/components/NotFound.vue'), meta: { title: '没有这一页', shell: 'mine' } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => (saved ?? (to.path === from.path ? false : { top: 0 })),
});

router.beforeEach((to) => {
  if (to.meta.open || session.me) return true;
  return { path: '/sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
});

/* A new page takes the focus with its heading, as a page load would. */
router.afterEach((to: RouteLocationNormalized, from: RouteLocationNormalized, failure) => {
  if (failure) return;
  document.title = to.meta.title ? `${to.meta.title} · 民意` : '民意';
  if (from.matched.length === 0 || to.path === from.path) return;
  void nextTick(() => setTimeout(focusHeading, 60));
});

function focusHeading(): void {
  const active = document.activeElement;
  if (active && active !== document.body && active.closest('main')) return;
  const heading = document.querySelector<HTMLElement>('main h1');
  const target = heading ?? document.querySelector<HTMLElement>('main');
  if (!target) return;
  if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/* A file of an older version is gone after an update: read the page anew, once. */
router.onError((error: unknown, to) => {
  const text = error instanceof Error ? error.message : '';
  if (!/dynamically imported module|Importing a module|preload/i.test(text) || !navigator.onLine) return;
  if (sessionStorage.getItem('minyi-reloaded') === to.fullPath) return;
  sessionStorage.setItem('minyi-reloaded', to.fullPath);
  window.location.assign(to.fullPath);
});
