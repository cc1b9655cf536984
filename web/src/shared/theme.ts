/* Light, dark, or as the device says. */
import { ref } from 'vue';

export type Theme = 'auto' | 'light' | 'dark';
const KEY = 'minyi-theme';
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

export const theme = ref<Theme>(stored());

function paint(): void {
  const is_dark = theme.value === 'dark' || (theme.value === 'auto' && dark.matches);
  document.documentElement.dataset.theme = is_dark ? 'dark' : 'light';
}

export function setTheme(value: Theme): void {
  theme.value = value;
  try {
    localStorage.setItem(KEY, value);
  } catch {
    /* Only for this visit then. */
  }
  paint();
}

export function startTheme(): void {
  dark.addEventListener('change', paint);
  paint();
}
