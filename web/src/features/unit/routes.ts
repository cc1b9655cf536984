import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [
    { path: '/admin/units', name: 'units', component: () => import('./UnitsPage.vue'), meta: { title: '单位', shell: 'desk', permission: 'unit.manage' } },
  ],
  rail: [{ path: '/admin/units', name: '单位', permission: 'unit.manage', order: 110, group: 'admin' }],
} satisfies FeatureRoutes;
