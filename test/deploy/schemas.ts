/**
 * Whether manifests fit Kubernetes' schemas, without a cluster: required fields, types and formats by the validators of
 * kubernetes-models. These let unknown fields pass; its types do not, so the compiler is asked about them, as `kubectl`
 * asks its server.
 */
import { join } from 'node:path';
import ts from 'typescript';

/** Read from YAML; the schemas say what it is. */
export type Manifest = ReturnType<typeof JSON.parse>;

/** The core API has no group; the module of a kind is group/version/kind. */
const moduleOf = ({ apiVersion, kind }: Manifest): string => `kubernetes-models/${apiVersion}/${kind}`;

/** Sentences about what does not fit; none where all is well. */
export function misfits(manifests: readonly Manifest[]): string[] {
  const strange = manifests.filter((one) => !isKind(one)).map((one) => `there is no ${one.apiVersion} ${one.kind}`);
  const kinds = manifests.filter(isKind);
  return [...strange, ...kinds.flatMap(invalid), ...unknownFields(kinds)];
}

const isKind = (manifest: Manifest): boolean => {
  try {
    return Boolean(require.resolve(moduleOf(manifest)));
  } catch {
    return false;
  }
};

function invalid(manifest: Manifest): string[] {
  const Kind = require(moduleOf(manifest))[manifest.kind];
  try {
    new Kind(manifest).validate();
    return [];
  } catch (problem) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${String(Object(problem).message)}`];
  }
}

/** Each manifest becomes a literal of its kind's type: the compiler refuses fields that a literal's type does not have. */
function unknownFields(manifests: readonly Manifest[]): string[] {
  const file = join(__dirname, 'literals.ts');
  const source = manifests
    .map((one, n) => `export const m${n}: import('${moduleOf(one)}').I${one.kind} = ${JSON.stringify(one)};`)
    .join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, target) =>
    name === file ? ts.createSourceFile(name, source, target) : getSourceFile(name, target);
  const program = ts.createProgram([file], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(file))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
