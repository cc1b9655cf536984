import type { FeatureRoutes } from '@/shared/routes';
import { filers } from './records';

/* Scans of signed prints, and where the codes on prints lead. */
export default {
  routes: [
    { path: '/papers/scans', name: 'scans', component: () => import('./ScanPage.vue'), meta: { title: '扫描件', shell: 'desk', permission: filers } },
    { path: '/q/:code', name: 'code', component: () => import('./CodePage.vue'), meta: { title: '文书编码', shell: 'mine', each: true } },
  ],
  rail: [{ path: '/papers/scans', name: '扫描件', permission: filers, order: 70, group: 'work' }],
} satisfies FeatureRoutes;
