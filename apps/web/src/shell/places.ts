/** The five places, in the order of the side bar. `key` follows `g` on the keyboard. */
export const PLACES = [
  { path: '/dashboards', also: '/d/', name: 'Dashboards', key: 'd', icon: 'dashboards' },
  { path: '/explore', also: null, name: 'Explore', key: 'e', icon: 'explore' },
  { path: '/rules', also: null, name: 'Rules', key: 'r', icon: 'rules' },
  { path: '/alerts', also: null, name: 'Alerts', key: 'a', icon: 'alerts' },
  { path: '/status', also: null, name: 'Status', key: 's', icon: 'status' },
] as const;
