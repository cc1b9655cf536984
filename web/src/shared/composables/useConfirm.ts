/* Asking before an act that cannot be undone: `if (await confirmAct({...})) …`. Shown by ConfirmDialog, which
 * App holds once. */
import { shallowRef } from 'vue';

export interface Question {
  title: string;
  text?: string;
  /** The verb of the act; never 确定. */
  yes: string;
  no?: string;
  /** Marks an act that destroys something. */
  danger?: boolean;
}
interface Asked extends Question {
  answer: (yes: boolean) => void;
}

export const asked = shallowRef<Asked | null>(null);

export function confirmAct(question: Question): Promise<boolean> {
  asked.value?.answer(false);
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = null;
        resolve(yes);
      },
    };
  });
}
