// A product's small picture.
import { useState } from 'preact/hooks';
import { Icon } from './icons.tsx';

/** A small picture, or its place while there is none and when it cannot be had: a file that is missing or broken. */
export function Thumbnail({ address, name = '' }: { readonly address: string; readonly name?: string }) {
  const [failed, setFailed] = useState('');
  return (
    <span class="thumbnail">
      {address === '' || address === failed ? (
        <Icon name="picture" />
      ) : (
        <img src={address} alt={name} loading="lazy" decoding="async" onError={() => setFailed(address)} />
      )}
    </span>
  );
}
