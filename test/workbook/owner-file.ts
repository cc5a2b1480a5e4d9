// The owner file that Excel keeps beside a workbook while someone has it open.

/** 165 bytes: the length and the name in one byte a character, then both again in UTF-16. */
export function excelOwnerFile(user: string): Buffer {
  const bytes = Buffer.alloc(165);
  bytes.writeUInt8(user.length, 0);
  bytes.fill(0x20, 1, 55);
  bytes.write(user.replace(/[^ -~]/g, '?'), 1, 'latin1');
  bytes.writeUInt16LE(user.length, 55);
  bytes.write(user, 57, 'utf16le');
  return bytes;
}
