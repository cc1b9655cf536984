import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [
    { path: '/admin/templates', name: 'templates', component: () => import('./TemplatesPage.vue'), meta: { title: '版式', shell: 'desk', permission: 'setting.manage' } },
    { path: '/admin/templates/:id(\\d+)', name: 'template', component: () => import('./TemplatePage.vue'), meta: { title: '版式', shell: 'desk', permission: 'setting.manage', each: true } },
  ],
  rail: [{ path: '/admin/templates', name: '版式', permission: 'setting.manage', order: 155, group: 'admin' }],
} satisfies FeatureRoutes;
