/* The draft being written, for the pages of its steps. */
import { inject, type ComputedRef, type InjectionKey } from 'vue';
import type { ReportRules } from '@/api/types';
import type { LocalDraft } from './local';

export interface Writing {
  draft: LocalDraft;
  rules: ComputedRef<ReportRules>;
  /** Something was typed. */
  touch: () => void;
}
export const writingKey: InjectionKey<Writing> = Symbol('writing');

export function useWriting(): Writing {
  const writing = inject(writingKey);
  if (!writing) throw new Error('a step outside WritePage');
  return writing;
}
