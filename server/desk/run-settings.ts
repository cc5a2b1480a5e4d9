// Settings that a page may change while the server runs; they hold from the next row on and are kept in the file.
import type { SettingsView } from '../contract/state.ts';
import type { Settings } from '../settings.ts';

/** Tokens of 28 × 28 pixels: 1024 × 1024, and 672 × 672. */
const pictureTokens: Readonly<Record<SettingsView['pictureSize'], number>> = { '1024': 1369, small: 576 };

export class RunSettings {
  readonly #save: (changes: Partial<Settings>) => void;
  readonly #onChange: (view: SettingsView) => void;
  #now: Settings;

  constructor(settings: Settings, save: (changes: Partial<Settings>) => void, onChange: (view: SettingsView) => void) {
    this.#now = settings;
    this.#save = save;
    this.#onChange = onChange;
  }

  get now(): Settings {
    return this.#now;
  }

  view(): SettingsView {
    const { language, imageTokensMax } = this.#now;
    return { language, pictureSize: imageTokensMax <= pictureTokens.small ? 'small' : '1024' };
  }

  /** Errors: those of writing the file; then nothing is changed. */
  change(wanted: Partial<SettingsView>): SettingsView {
    const before = this.view();
    const changes: Partial<Settings> = {
      ...(wanted.language !== undefined && wanted.language !== before.language && { language: wanted.language }),
      ...(wanted.pictureSize !== undefined &&
        wanted.pictureSize !== before.pictureSize && { imageTokensMax: pictureTokens[wanted.pictureSize] }),
    };
    if (Object.keys(changes).length > 0) {
      this.#save(changes);
      this.#now = { ...this.#now, ...changes };
      this.#onChange(this.view());
    }
    return this.view();
  }
}
