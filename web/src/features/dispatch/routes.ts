import type { FeatureRoutes } from '@/shared/routes';

/* Dispatches: the office sees all of them by status; a handler sees what was sent to his unit. */
export default {
  routes: [
    { path: '/dispatches', name: 'dispatches', component: () => import('./DispatchesPage.vue'), meta: { title: '报送办理', shell: 'desk', permission: ['dispatch.manage', 'dispatch.answer'] } },
    { path: '/dispatches/:id(\\d+)', name: 'dispatch', component: () => import('./DispatchPage.vue'), meta: { each: true, title: '报送办理', shell: 'desk', permission: ['dispatch.manage', 'dispatch.answer'] } },
  ],
  rail: [{ path: '/dispatches', name: '报送办理', permission: ['dispatch.manage', 'dispatch.answer'], count: 'dispatch_waiting', count_query: 'status=sent', order: 50, group: 'work' }],
} satisfies FeatureRoutes;
