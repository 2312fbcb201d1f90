/** Resolves once `holds` says so; asked each `every` milliseconds. */
export async function until(holds: () => boolean | Promise<boolean>, every = 1): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, every));
}
