import type { FeatureRoutes } from '@/shared/routes';

const readers = ['issue.read', 'report.read', 'article.read'] as const;

/* Many papers as one zip, made in the background. */
export default {
  routes: [
    { path: '/papers/batches', name: 'batches', component: () => import('./BatchPage.vue'), meta: { title: '批量导出', shell: 'desk', permission: readers } },
  ],
  rail: [{ path: '/papers/batches', name: '批量导出', permission: readers, order: 60, group: 'work' }],
} satisfies FeatureRoutes;
