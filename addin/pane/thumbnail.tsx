// A product's small picture.
import { Icon } from './icons.tsx';

/** A small picture, or its place while there is none. */
export function Thumbnail({ address, name = '' }: { readonly address: string; readonly name?: string }) {
  return (
    <span class="thumbnail">
      {address === '' ? <Icon name="picture" /> : <img src={address} alt={name} loading="lazy" decoding="async" />}
    </span>
  );
}
