import type { FeatureRoutes } from '@/shared/routes';

/* Signing in and what an account does for itself. The administration of accounts adds its rows in features/admin. */
export default {
  routes: [
    { path: '/sign-in', name: 'sign-in', component: () => import('./SignIn.vue'), meta: { title: '登录', shell: 'bare', open: true } },
    { path: '/first/:token', name: 'first', component: () => import('./FirstSignIn.vue'), meta: { title: '首次登录', shell: 'bare', open: true } },
    { path: '/forgotten', name: 'forgotten', component: () => import('./Forgotten.vue'), meta: { title: '忘记密码', shell: 'bare', open: true } },
    { path: '/me', name: 'me', component: () => import('./Me.vue'), meta: { title: '我', shell: 'mine' } },
    { path: '/me/profile', name: 'profile', component: () => import('./ProfilePage.vue'), meta: { title: '个人信息', shell: 'mine' } },
    { path: '/me/password', name: 'password', component: () => import('./PasswordPage.vue'), meta: { title: '修改密码', shell: 'mine' } },
    { path: '/me/sessions', name: 'sessions', component: () => import('./SessionsPage.vue'), meta: { title: '登录的设备', shell: 'mine' } },
  ],
} satisfies FeatureRoutes;
