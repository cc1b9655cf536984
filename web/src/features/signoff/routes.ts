import type { FeatureRoutes } from '@/shared/routes';

/* Sign-off: what waits for my signature, one piece, who signs for me while I am away. Also on a phone. */
export default {
  routes: [
    { path: '/signoff', name: 'signoff', component: () => import('./SignoffInbox.vue'), meta: { title: '签发', shell: 'desk', permission: 'signoff.sign' } },
    { path: '/signoff/:id(\\d+)', name: 'signoff-one', component: () => import('./SignoffPage.vue'), meta: { each: true, title: '签发', shell: 'desk', permission: 'signoff.sign' } },
    { path: '/signoff/delegations', name: 'delegations', component: () => import('./Delegations.vue'), meta: { title: '委托代签', shell: 'desk', permission: 'signoff.sign' } },
  ],
  rail: [{ path: '/signoff', name: '签发', permission: 'signoff.sign', count: 'signoff_mine', order: 30, group: 'work' }],
} satisfies FeatureRoutes;
