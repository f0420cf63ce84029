/** Elements of one kind: as many as there is to show, kept from draw to draw. */
import { graphic } from 'echarts/core';

type Group = InstanceType<typeof graphic.Group>;
type Element = Parameters<Group['add']>[0];

export class ElementPool<E extends Element> {
  readonly #group: Group;
  readonly #make: () => E;
  readonly #shown: E[] = [];

  constructor(parent: Group, make: () => E) {
    this.#group = new graphic.Group();
    this.#make = make;
    parent.add(this.#group);
  }

  /** One element for each item, in their order. */
  show<T>(items: readonly T[], update: (element: E, item: T) => void): void {
    while (this.#shown.length > items.length) this.#group.remove(this.#shown.pop() as E);
    while (this.#shown.length < items.length) {
      const element = this.#make();
      this.#group.add(element);
      this.#shown.push(element);
    }
    for (const [i, item] of items.entries()) update(this.#shown[i], item);
  }
}
