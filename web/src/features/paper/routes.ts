import type { FeatureRoutes } from '@/shared/routes';
import { PAPER_NAME } from './papers';

const kinds = Object.keys(PAPER_NAME).filter((kind) => kind !== 'article').join('|');

/* A paper by itself: the review sheet, notices, lists. Who may see the record may see its paper; the server decides. */
export default {
  routes: [
    { path: `/papers/:kind(${kinds})/:id(\\d+)`, name: 'paper', component: () => import('./PaperPage.vue'), meta: { each: true, title: '版面', shell: 'mine' } },
  ],
} satisfies FeatureRoutes;
