import type { FeatureRoutes } from '@/shared/routes';

/* A paper by itself: the review sheet, notices, lists. Who may see the record may see its paper; the server decides. */
export default {
  routes: [
    { path: '/papers/:kind(report|issue|review|adoption|certificate|dispatch_list|urging)/:id(\\d+)', name: 'paper', component: () => import('./PaperPage.vue'), meta: { each: true, title: '版面', shell: 'mine' } },
  ],
} satisfies FeatureRoutes;
