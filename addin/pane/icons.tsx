// The pane's few icons, drawn as strokes in the colour of the text around them.
const paths = {
  settings: 'M4 7h9m4 0h3M4 17h3m4 0h9M15 7a2 2 0 1 0 0 .01M9 17a2 2 0 1 0 0 .01',
  refresh: 'M20 11a8 8 0 1 0-2.3 6M20 5v6h-6',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 6l-6 6 6 6',
  forward: 'M9 6l6 6-6 6',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.5v13l10.5-6.5z',
  stop: 'M7 7h10v10H7z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  edit: 'M5 19l1-4L16.5 4.5l3 3L9 18l-4 1z',
  undo: 'M9 14L4 9l5-5M4 9h9a6 6 0 0 1 0 12h-3',
  spark: 'M12 4l1.8 5.2L19 11l-5.2 1.8L12 18l-1.8-5.2L5 11l5.2-1.8zM19 17v4M17 19h4',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5a1 1 0 1 0 0 .01',
  warn: 'M12 4l9 16H3zM12 10v4M12 17v.01',
  locate: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v3M12 18v3M3 12h3M18 12h3',
  rows: 'M4 6h16M4 12h16M4 18h10',
  send: 'M12 19V5M6 11l6-6 6 6',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  save: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  bin: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of the product: rows, one of them being written. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="24" height="24" rx="6" />
      <path class="mark-rows" d="M6 7.5h12M6 12h6M6 16.5h12" />
      <path class="mark-pen" d="M14.5 12.2l3.6-3.6" />
      <circle class="mark-dot" cx="15" cy="12" r="1.6" />
    </svg>
  );
}
