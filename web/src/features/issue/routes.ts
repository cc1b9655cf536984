import type { FeatureRoutes } from '@/shared/routes';

/* Issues: the list, one issue as it is printed, the address book. A handler sees an issue sent to his unit. */
export default {
  routes: [
    { path: '/issues', name: 'issues', component: () => import('./IssueList.vue'), meta: { title: '期刊', shell: 'desk', permission: 'issue.read' } },
    { path: '/issues/:id(\\d+)', name: 'issue', component: () => import('./IssuePage.vue'), meta: { each: true, title: '期刊', shell: 'desk', permission: ['issue.read', 'dispatch.answer'] } },
    { path: '/issues/recipients', name: 'recipients', component: () => import('./AddressBook.vue'), meta: { title: '报送对象', shell: 'desk', permission: 'issue.manage' } },
  ],
  rail: [{ path: '/issues', name: '期刊', permission: 'issue.read', order: 40, group: 'work' }],
} satisfies FeatureRoutes;
