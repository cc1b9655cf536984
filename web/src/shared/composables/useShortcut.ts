/* Keys of a page. `useShortcut('j', '下一件', next)`; `?` shows all of those in force (ShortcutHelp).
 * A single letter does nothing while a field has the focus or a dialogue is open. With 'mod+' the key wants
 * Ctrl or ⌘ and works in fields too. */
import { onBeforeUnmount, onMounted, reactive, ref } from 'vue';

export interface Shortcut {
  keys: string;
  name: string;
  run: (event: KeyboardEvent) => void;
}
const shortcuts = reactive<Shortcut[]>([]);
export const helpOpen = ref(false);
export { shortcuts };

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function matches(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.toLowerCase().split('+');
  const key = parts[parts.length - 1] ?? '';
  const mod = parts.includes('mod');
  if (mod !== (event.ctrlKey || event.metaKey) || event.altKey) return false;
  if (parts.includes('shift') && !event.shiftKey) return false;
  return event.key.toLowerCase() === key;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const free = !inField(event.target) && !document.querySelector('dialog[open]');
  if (event.key === '?' && free && shortcuts.length) {
    event.preventDefault();
    helpOpen.value = true;
    return;
  }
  for (let i = shortcuts.length - 1; i >= 0; i--) {
    const one = shortcuts[i];
    if (!one || !matches(one.keys, event) || (!free && !one.keys.includes('mod+'))) continue;
    event.preventDefault();
    one.run(event);
    return;
  }
}

let listening = false;

export function useShortcut(keys: string, name: string, run: (event: KeyboardEvent) => void): void {
  const one: Shortcut = { keys, name, run };
  onMounted(() => {
    if (!listening) document.addEventListener('keydown', onKey);
    listening = true;
    shortcuts.push(one);
  });
  onBeforeUnmount(() => {
    const at = shortcuts.findIndex((other) => other.run === run && other.keys === keys);
    if (at >= 0) shortcuts.splice(at, 1);
  });
}
