import { type Api, allOf, Problem } from './api.js';
import { t } from './language/language.js';

interface Named {
  readonly id: string;
  readonly title: string;
  readonly status: string;
}

type Noun = 'teams' | 'people' | 'services' | 'customers';
const NOUNS: readonly Noun[] = ['teams', 'people', 'services', 'customers'];
const MOST_PAGES = 5;

/** Names for ids. Lists are read once; who is not among them is asked for singly. */
export class Directory {
  private readonly lists = new Map<Noun, readonly Named[]>();
  private readonly names = new Map<string, string>();

  /** `open`: false for the customer's side, which may not read names. */
  constructor(
    private readonly api: Api,
    readonly open: boolean,
  ) {}

  async load(): Promise<void> {
    if (!this.open) return;
    await Promise.all(
      NOUNS.map(async (noun) => {
        const { items } = await allOf<Named>(this.api, `/v1/${noun}`, MOST_PAGES);
        this.lists.set(noun, items);
        for (const { id, title } of items) this.names.set(id, title);
      }),
    );
  }

  /** Those that may be chosen, by name. */
  list(noun: Noun): readonly Named[] {
    const retired = ['retired', 'deactivated', 'pipeline', 'designing'];
    return [...(this.lists.get(noun) ?? [])]
      .filter(({ status }) => !retired.includes(status))
      .sort((a, b) => a.title.localeCompare(b.title));
  }

  /** Asks for the names of people and contacts that are not known yet. */
  async learn(ids: readonly (string | undefined)[], nouns: readonly string[] = ['people', 'contacts']): Promise<void> {
    if (!this.open) return;
    const unknown = new Set(
      ids.filter((id) => id !== undefined && /^[0-9a-f-]{36}$/.test(id) && !this.names.has(id)) as string[],
    );
    await Promise.all([...unknown].map((id) => this.learnOne(id, nouns)));
  }

  private async learnOne(id: string, [noun, ...others]: readonly string[]): Promise<void> {
    if (noun === undefined) return;
    try {
      this.names.set(id, (await this.api.get<Named>(`/v1/${noun}/${id}`)).title);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      await this.learnOne(id, others);
    }
  }

  has(id: string): boolean {
    return this.names.has(id);
  }

  /** The names of those that are known, of several. */
  namesOf(ids: readonly (string | undefined)[]): string[] {
    return ids.flatMap((id) => (id === undefined ? [] : (this.names.get(id) ?? [])));
  }

  /** A name, a word for those who are no people, or the id shortened. */
  nameOf(id: string | undefined): string | undefined {
    if (id === undefined) return undefined;
    const name = this.names.get(id);
    if (name !== undefined) return name;
    if (id === 'system' || id.startsWith('system:')) return t('who.system');
    if (id.startsWith('client:')) return `${t('who.client')} ${id.slice('client:'.length)}`;
    return id.length > 14 ? `${id.slice(0, 13)}…` : id;
  }
}
