import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [
    { path: '/admin/roles', name: 'roles', component: () => import('./RolesPage.vue'), meta: { title: '角色', shell: 'desk', permission: 'role.manage' } },
    { path: '/admin/roles/new', name: 'role-add', component: () => import('./RolePage.vue'), meta: { title: '添加角色', shell: 'desk', permission: 'role.manage' } },
    { path: '/admin/roles/:id(\\d+)', name: 'role', component: () => import('./RolePage.vue'), meta: { title: '角色', shell: 'desk', permission: 'role.manage' } },
  ],
  rail: [{ path: '/admin/roles', name: '角色', permission: 'role.manage', order: 120, group: 'admin' }],
} satisfies FeatureRoutes;
