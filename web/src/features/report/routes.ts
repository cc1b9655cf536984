import type { FeatureRoutes } from '@/shared/routes';

const officer = { shell: 'officer', permission: 'report.write' } as const;

export default {
  routes: [
    { path: '/write', name: 'write', component: () => import('./WriteStart.vue'), meta: { title: '写信息', ...officer } },
    { path: '/write/:key/:step', name: 'write-step', component: () => import('./WritePage.vue'), meta: { title: '写信息', permission: 'report.write', shell: 'bare' } },
    { path: '/reports', name: 'reports', component: () => import('./MyReports.vue'), meta: { title: '我的信息', ...officer } },
    { path: '/reports/unit', name: 'unit-reports', component: () => import('./UnitReports.vue'), meta: { title: '单位报送', permission: ['report.unit_read', 'report.unit_sign'], shell: 'mine' } },
    { path: '/reports/:id(\\d+)', name: 'report', component: () => import('./ReportPage.vue'), meta: { title: '信息', shell: 'mine' } },
    { path: '/reports/:id(\\d+)/edit', name: 'report-edit', component: () => import('./EditReport.vue'), meta: { title: '继续修改', permission: 'report.write', shell: 'bare' } },
    { path: '/reports/:id(\\d+)/receipt', name: 'receipt', component: () => import('./ReceiptPage.vue'), meta: { title: '回执', shell: 'mine' } },
  ],
} satisfies FeatureRoutes;
