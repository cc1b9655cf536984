/* A short word at the foot of the page after an act, read out too; with an undo for ten seconds if there is
 * one. For what went well: what went wrong is shown where it happened. */
import { shallowRef } from 'vue';

export interface Said {
  text: string;
  undo?: () => void | Promise<void>;
  key: number;
}
export const said = shallowRef<Said | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;
let key = 0;

export function say(text: string, undo?: () => void | Promise<void>): void {
  clearTimeout(timer);
  said.value = { text, undo, key: ++key };
  timer = setTimeout(() => (said.value = null), undo ? 10000 : 5000);
}

export function hush(): void {
  clearTimeout(timer);
  said.value = null;
}
