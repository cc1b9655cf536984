import type { FeatureRoutes } from '@/shared/routes';

/* The desk: the queue of reports and the reading desk, one page in three panes. */
export default {
  routes: [
    {
      path: '/desk/reports/:id(\\d+)?', name: 'desk', component: () => import('./DeskPage.vue'),
      meta: { title: '来稿', shell: 'desk', permission: 'report.read', full: true },
    },
  ],
  rail: [{ path: '/desk/reports', name: '来稿', permission: 'report.read', count: 'submitted', count_query: 'status=submitted', order: 10, group: 'work' }],
} satisfies FeatureRoutes;
