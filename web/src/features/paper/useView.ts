/* Pages or flowing text: what the address says, else what was chosen last on a screen of this width, else pages at a
 * desk and text on a phone. */
import { computed, ref, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export type View = 'pages' | 'text';
const narrow = window.matchMedia('(max-width: 720px)');
const keyOf = () => `minyi-paper-view-${narrow.matches ? 'narrow' : 'wide'}`;
const isView = (value: unknown): value is View => value === 'pages' || value === 'text';

function remembered(): View {
  try {
    const value = localStorage.getItem(keyOf());
    if (isView(value)) return value;
  } catch {
    /* The default then. */
  }
  return narrow.matches ? 'text' : 'pages';
}

export function useView(): { view: ComputedRef<View>; show: (wanted: View) => void } {
  const route = useRoute();
  const router = useRouter();
  const kept = ref(remembered());
  const view = computed(() => (isView(route.query.view) ? route.query.view : kept.value));
  function show(wanted: View): void {
    kept.value = wanted;
    try {
      localStorage.setItem(keyOf(), wanted);
    } catch {
      /* Only for this visit then. */
    }
    void router.replace({ query: { ...route.query, view: wanted } });
  }
  return { view, show };
}
