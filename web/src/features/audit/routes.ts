import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [
    { path: '/admin/audit', name: 'audit', component: () => import('./AuditPage.vue'), meta: { title: '审计记录', shell: 'desk', permission: 'audit.read' } },
  ],
  rail: [{ path: '/admin/audit', name: '审计记录', permission: 'audit.read', order: 160, group: 'admin' }],
} satisfies FeatureRoutes;
