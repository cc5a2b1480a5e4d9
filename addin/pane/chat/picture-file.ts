// Pictures that a person drops, pastes or chooses, made ready to be sent.

const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'];

export const acceptedTypes = pictureTypes.join(',');

/** The first file of a drop or a paste; undefined when it holds none. */
export function fileIn(data: DataTransfer | null): File | undefined {
  const files = [...(data?.files ?? [])];
  return files.find(isPicture) ?? files[0];
}

/** Whether the file says of itself that it is a picture; what it really is, the server finds out. */
export function isPicture(file: File): boolean {
  return pictureTypes.includes(file.type) || /\.(?:jpe?g|png|webp)$/i.test(file.name);
}

/** The file's bytes in base64. Errors: those of the browser when the file cannot be read. */
export function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result.replace(/^[^,]*,/, '') : '');
    reader.readAsDataURL(file);
  });
}
