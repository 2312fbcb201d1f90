/** Which methods an address has, gathered while routes are made, so that a 405 can name them. */
export class RouteTable {
  private readonly routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];

  /** `url` as Fastify writes it, with parameters as `:name`. */
  add(url: string, methods: string | readonly string[]): void {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}/?$`);
    this.routes.push({ pattern, methods: [methods].flat() });
  }

  /** In the order of the alphabet; empty where nothing is. */
  methodsAt(path: string): readonly string[] {
    const found = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
    return [...new Set(found)].sort();
  }
}
