// The three functions of the Reflect metadata proposal that @peculiar/x509 needs to be there when it is loaded.

type Kept = Map<unknown, unknown>;
const keptOf = new WeakMap<object, Kept>();

const getOwnMetadata = (key: unknown, target: object): unknown => keptOf.get(target)?.get(key);

function getMetadata(key: unknown, target: object): unknown {
  for (let one: object | null = target; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if (keptOf.get(one)?.has(key) === true) return getOwnMetadata(key, one);
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  const kept: Kept = keptOf.get(target) ?? new Map();
  keptOf.set(target, kept.set(key, value));
}

if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });
