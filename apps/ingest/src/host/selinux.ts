import { gauge, type Reading, reading } from './reading.ts';
import { slowSource } from './source.ts';

const ENABLED = gauge('node_selinux_enabled', 'SELinux is enabled, 1 is true, 0 is false');
const CONFIGURED = gauge('node_selinux_config_mode', 'Configured SELinux enforcement mode');
const CURRENT = gauge('node_selinux_current_mode', 'Current SELinux enforcement mode');

const MODES: Readonly<Record<string, number>> = { enforcing: 1, permissive: 0, disabled: -1 };

/** `enforce` is /sys/fs/selinux/enforce, null where SELinux is off; `config` is /etc/selinux/config. */
export function describeSelinux(enforce: string | null, config: string): Reading[] {
  if (enforce === null) return [reading(ENABLED, 0)];
  const configured = /^\s*SELINUX\s*=\s*(\w+)/m.exec(config)?.[1].toLowerCase() ?? '';
  return [reading(ENABLED, 1), reading(CONFIGURED, MODES[configured] ?? -1), reading(CURRENT, enforce.trim() === '1' ? 1 : 0)];
}

export const selinuxSource = () =>
  slowSource({
    collector: 'selinux',
    async read(files) {
      const enforce = await files.sys('fs/selinux/enforce').catch(() => null);
      return describeSelinux(enforce, enforce === null ? '' : await files.root('etc/selinux/config').catch(() => ''));
    },
  });
