import 'element-plus/theme-chalk/base.css';
import './styles/tokens.css';
import './styles/element.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/print.css';
import { createApp } from 'vue';
import { watchConnection } from '@/api/connection';
import { startSession } from '@/api/session';
import { startTheme } from '@/shared/theme';
import { startUpdates } from '@/shared/updates';
import App from './App.vue';
import { router } from './router';

startTheme();
watchConnection();
await startSession();
createApp(App).use(router).mount('#app');
startUpdates();
