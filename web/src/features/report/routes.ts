import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [
    { path: '/reports', name: 'reports', component: () => import('./MyReports.vue'), meta: { title: '我的信息', shell: 'mine', permission: 'report.write' } },
  ],
} satisfies FeatureRoutes;
