import type { FeatureRoutes } from '@/shared/routes';

export default {
  routes: [{ path: '/inbox', name: 'inbox', component: () => import('./Inbox.vue'), meta: { title: '消息', shell: 'mine' } }],
} satisfies FeatureRoutes;
