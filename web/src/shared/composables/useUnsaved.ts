/* Warns before a page with unsaved writing is left: inside the app by a question, outside by the browser's own. */
import { onBeforeUnmount, onMounted } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { confirmAct } from './useConfirm';

export function useUnsaved(isDirty: () => boolean, text = '有内容还没有保存，离开后这些改动会丢失。'): void {
  const onLeave = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault();
  };
  onMounted(() => window.addEventListener('beforeunload', onLeave));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', onLeave));
  onBeforeRouteLeave(async () => {
    if (!isDirty()) return true;
    return confirmAct({ title: '离开这一页吗', text, yes: '离开，不保存', no: '继续编辑' });
  });
}
