import type { FeatureRoutes } from '@/shared/routes';

const manage = ['account.manage', 'role.manage', 'session.manage'] as const;

/* Signing in, what an account does for itself, and the administration of accounts. */
export default {
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./SignIn.vue'), meta: { title: '登录', shell: 'bare', open: true } },
    { path: '/first/:token', name: 'first', component: () => import('./FirstSignIn.vue'), meta: { title: '首次登录', shell: 'bare', open: true } },
    { path: '/forgotten', name: 'forgotten', component: () => import('./Forgotten.vue'), meta: { title: '忘记密码', shell: 'bare', open: true } },
    { path: '/me', name: 'me', component: () => import('./Me.vue'), meta: { title: '我', shell: 'mine' } },
    { path: '/me/profile', name: 'profile', component: () => import('./ProfilePage.vue'), meta: { title: '个人信息', shell: 'mine' } },
    { path: '/me/password', name: 'password', component: () => import('./PasswordPage.vue'), meta: { title: '修改密码', shell: 'mine' } },
    { path: '/me/sessions', name: 'sessions', component: () => import('./SessionsPage.vue'), meta: { title: '登录的设备', shell: 'mine' } },
    { path: '/admin/accounts', name: 'accounts', component: () => import('./AccountList.vue'), meta: { title: '账号', shell: 'desk', permission: manage } },
    { path: '/admin/accounts/new', name: 'account-add', component: () => import('./AccountAdd.vue'), meta: { title: '添加账号', shell: 'desk', permission: 'account.manage' } },
    { path: '/admin/accounts/import', name: 'account-import', component: () => import('./ImportPage.vue'), meta: { title: '从表格导入账号', shell: 'desk', permission: 'account.manage' } },
    { path: '/admin/accounts/:id(\\d+)', name: 'account', component: () => import('./AccountPage.vue'), meta: { title: '账号', shell: 'desk', permission: manage } },
  ],
  rail: [{ path: '/admin/accounts', name: '账号', permission: manage, order: 100, group: 'admin' }],
} satisfies FeatureRoutes;
