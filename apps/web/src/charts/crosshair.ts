/**
 * The crosshair that all charts of a group share by time: each chart moves its own line by a CSS transform, which costs no drawing.
 * While one chart is pointed at, the group is held: live data waits, so that what is looked at stays where it is.
 */
export interface CrosshairMember {
  moveTo(atMs: number): void;
  hide(): void;
}

export class CrosshairGroup {
  readonly #members = new Set<CrosshairMember>();
  readonly #holdListeners = new Set<() => void>();
  #holders = new Set<object>();

  join(member: CrosshairMember): () => void {
    this.#members.add(member);
    return () => this.#members.delete(member);
  }

  point(atMs: number): void {
    for (const member of this.#members) member.moveTo(atMs);
  }

  leave(): void {
    for (const member of this.#members) member.hide();
  }

  readonly isHeld = (): boolean => this.#holders.size > 0;

  hold(holder: object): void {
    const was = this.isHeld();
    this.#holders.add(holder);
    if (!was) this.#tell();
  }

  release(holder: object): void {
    if (this.#holders.delete(holder) && !this.isHeld()) this.#tell();
  }

  readonly onHold = (listener: () => void): (() => void) => {
    this.#holdListeners.add(listener);
    return () => this.#holdListeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#holdListeners) listener();
  }
}

const groups = new Map<string, CrosshairGroup>();

export function crosshairGroup(name: string): CrosshairGroup {
  let group = groups.get(name);
  if (group === undefined) {
    group = new CrosshairGroup();
    groups.set(name, group);
  }
  return group;
}

export const PAGE_GROUP = 'page';
