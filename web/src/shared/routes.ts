/* What a feature tells the app about its pages. Each feature has a routes.ts whose default export is this; the
 * router finds them by itself. */
import type { RouteRecordRaw } from 'vue-router';
import type { DeskCounts, PermissionCode } from '@/api/types';

export interface RailItem {
  path: string;
  name: string;
  permission: PermissionCode | readonly PermissionCode[];
  /** Count shown beside it, a number of the desk. */
  count?: keyof DeskCounts;
  /** Query the count's link adds, when the number is about a part of the list. */
  count_query?: string;
  /** Place in the rail, top first. */
  order: number;
  group: 'work' | 'admin';
}

export interface FeatureRoutes {
  routes: RouteRecordRaw[];
  rail?: RailItem[];
}

declare module 'vue-router' {
  interface RouteMeta {
    /** Title of the page, in the window and for screen readers. */
    title: string;
    /** Needed to see it, any one of several; without it every signed-in account may. */
    permission?: PermissionCode | readonly PermissionCode[];
    /** officer: phone first; desk: rail at the left; mine: whichever the account works in; bare: neither. */
    shell?: 'officer' | 'desk' | 'mine' | 'bare';
    /** May be seen without a session. */
    open?: boolean;
    /** Fills the window without scrolling of its own (three panes). */
    full?: boolean;
    /** Another id is another page: the component begins anew. */
    each?: boolean;
  }
}
export {};
