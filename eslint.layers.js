/**
 * Who may import whom (architecture.md). The rule `layers/imports` resolves every import of a file under `src` and
 * compares it with this table.
 */
import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';

/** `layers`: folders of `src` that a layer may import besides itself; `packages`: which packages; `builtins`: node's own. */
const ALLOWED = {
  core: { layers: [], packages: /^@noble\//, builtins: false },
  api: { layers: ['core'], packages: /^valibot$/, builtins: false },
  preload: { layers: ['api'], packages: /^electron$/, builtins: false },
  renderer: { layers: ['api', 'core'], packages: /^(svelte(\/.*)?|valibot)$/, builtins: false },
  main: { layers: ['api', 'core'], packages: /^(?!svelte)/, builtins: true },
};

/** What is wrong with `source` imported by a file of `layer`, or nothing. */
function fault(layer, file, source, root) {
  const allowed = ALLOWED[layer];
  if (allowed === undefined) return `src/${layer} is no layer of the architecture`;
  if (isBuiltin(source)) return allowed.builtins ? undefined : `src/${layer} imports nothing of node`;
  if (!source.startsWith('.'))
    return allowed.packages.test(source) ? undefined : `src/${layer} may not import ${source}`;
  const [top, target] = relative(root, join(dirname(file), source)).split(sep);
  if (top !== 'src') return `src imports nothing from outside: ${source}`;
  return target === layer || allowed.layers.includes(target) ? undefined : `src/${layer} may not import src/${target}`;
}

const imports = {
  meta: { type: 'problem', schema: [], messages: { layer: '{{fault}}' } },
  create(context) {
    const root = context.cwd;
    const [top, layer] = relative(root, context.filename).split(sep);
    if (top !== 'src') return {};
    const check = (node) => {
      const source = node.source?.value ?? node.source?.literal?.value;
      if (source === undefined) return;
      const found = fault(layer, context.filename, source, root);
      if (found !== undefined) context.report({ node, messageId: 'layer', data: { fault: found } });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

export default { rules: { imports } };
