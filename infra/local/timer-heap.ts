/** What is due, earliest first; equal instants in the order they were added. Adding and taking cost the logarithm of the size. */
export class TimerHeap {
  #items: Timer[] = [];
  #next = 0;

  get size(): number {
    return this.#items.length;
  }

  /** `at` in epoch milliseconds. */
  add(at: number, fire: () => void): Timer {
    const timer: Timer = { at, order: this.#next++, fire };
    this.#items.push(timer);
    this.#up(this.#items.length - 1);
    return timer;
  }

  /** The earliest timer that has not been cancelled, left in place. */
  peek(): Timer | undefined {
    while (this.#items.length > 0 && this.#items[0]!.fire === undefined) this.#pop();
    return this.#items[0];
  }

  /** Takes the earliest timer out. */
  take(): Timer | undefined {
    const first = this.peek();
    if (first) this.#pop();
    return first;
  }

  /** Forgets a timer. It costs nothing now and is dropped when its turn comes, or when most of the heap is such leftovers. */
  cancel(timer: Timer): void {
    if (timer.fire === undefined) return;
    timer.fire = undefined;
    this.#cancelled++;
    if (this.#cancelled > 1000 && this.#cancelled * 2 > this.#items.length) this.#rebuild();
  }

  #cancelled = 0;

  #rebuild(): void {
    const kept = this.#items.filter(({ fire }) => fire !== undefined).sort((a, b) => (before(a, b) ? -1 : 1));
    this.#items = kept;
    this.#cancelled = 0;
  }

  #pop(): void {
    if (this.#items[0]!.fire === undefined) this.#cancelled--;
    const last = this.#items.pop()!;
    if (this.#items.length === 0) return;
    this.#items[0] = last;
    this.#down(0);
  }

  #up(index: number): void {
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!before(this.#items[child]!, this.#items[parent]!)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #down(index: number): void {
    for (let parent = index; ; ) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < this.#items.length && before(this.#items[left]!, this.#items[least]!)) least = left;
      if (right < this.#items.length && before(this.#items[right]!, this.#items[least]!)) least = right;
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b]!, this.#items[a]!];
  }
}

export interface Timer {
  at: number;
  order: number;
  fire: (() => void) | undefined;
}

const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
