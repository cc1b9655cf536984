import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [
    { path: '/admin/settings', name: 'settings', component: () => import('./SettingsPage.vue'), meta: { title: '设置', shell: 'desk', permission: 'setting.manage' } },
    { path: '/admin/standards', redirect: '/admin/standards/categories' },
    { path: '/admin/standards/:part(categories|reasons|gates|criteria)', name: 'standards', component: () => import('./StandardsPage.vue'), meta: { title: '类别与标准', shell: 'desk', permission: 'setting.manage' } },
    { path: '/admin/publications', name: 'publications', component: () => import('./PublicationsPage.vue'), meta: { title: '刊物与审签', shell: 'desk', permission: 'setting.manage' } },
    { path: '/admin/publications/:id(\\d+)', name: 'publication', component: () => import('./PublicationPage.vue'), meta: { title: '刊物与审签', shell: 'desk', permission: 'setting.manage' } },
    { path: '/admin/fonts', name: 'fonts', component: () => import('./FontsPage.vue'), meta: { title: '字体', shell: 'desk', permission: 'setting.manage' } },
  ],
  rail: [
    { path: '/admin/settings', name: '设置', permission: 'setting.manage', order: 130, group: 'admin' },
    { path: '/admin/standards', name: '类别与标准', permission: 'setting.manage', order: 140, group: 'admin' },
    { path: '/admin/publications', name: '刊物与审签', permission: 'setting.manage', order: 150, group: 'admin' },
    { path: '/admin/fonts', name: '字体', permission: 'setting.manage', order: 157, group: 'admin' },
  ],
} satisfies FeatureRoutes;
