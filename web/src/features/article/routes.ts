import type { FeatureRoutes } from '@/shared/routes';

/* Articles: the list and the editor. */
export default {
  routes: [
    { path: '/articles', name: 'articles', component: () => import('./ArticleList.vue'), meta: { title: '稿件', shell: 'desk', permission: 'article.read' } },
    { path: '/articles/:id(\\d+)', name: 'article', component: () => import('./ArticlePage.vue'), meta: { each: true, title: '稿件', shell: 'desk', permission: 'article.read' } },
  ],
  rail: [{ path: '/articles', name: '稿件', permission: 'article.read', count: 'articles_editing', count_query: 'status=editing', order: 20, group: 'work' }],
} satisfies FeatureRoutes;
