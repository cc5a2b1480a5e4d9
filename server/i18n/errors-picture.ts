// Errors about pictures.
import type { Bilingual } from '../domain/language.ts';
import { entry, type Path } from './error-entry.ts';

type PathReason = { path: string; detail: Bilingual };

export const pictureErrors = {
  'picture-none': entry<object>(
    false,
    () => 'This row has no picture. Put a JPG, PNG or WEBP picture, or the path of one, into the picture column.',
    () => '这一行没有图片。请在图片列放入 JPG、PNG 或 WEBP 图片，或填写图片文件的路径。',
  ),
  'picture-missing': entry<Path>(
    false,
    (f) => `The picture ${f.path} was not found. Check its name and folder, or whether it is still in the workbook.`,
    (f) => `找不到图片 ${f.path}。请检查文件名和文件夹，或图片是否还在工作簿里。`,
  ),
  'picture-path-refused': entry<PathReason>(
    false,
    (f) =>
      `The picture path ${f.path} is not allowed (${f.detail['en-US']}). Use a file name inside the workbook's folder.`,
    (f) => `不允许的图片路径 ${f.path}（${f.detail['zh-CN']}）。请使用工作簿所在文件夹内的文件名。`,
  ),
  'picture-url': entry<Path>(
    false,
    (f) => `${f.path} is a web address. Rowscribe opens local files only; download the picture first.`,
    (f) => `${f.path} 是网址。Rowscribe 只读取本机文件，请先下载图片。`,
  ),
  'picture-outside': entry<Path>(
    false,
    (f) =>
      `The picture ${f.path} lies outside the workbook's folder. Move it there, or name its folder under pictureRoots in the settings.`,
    (f) => `图片 ${f.path} 不在工作簿所在的文件夹内。请移入该文件夹，或在设置的 pictureRoots 中添加它的文件夹。`,
  ),
  'picture-too-large': entry<{ path: string; megabytes: number; megabytesMax: number }>(
    false,
    (f) => `The picture ${f.path} has ${f.megabytes} MB; at most ${f.megabytesMax} MB are read. Save it smaller.`,
    (f) => `图片 ${f.path} 有 ${f.megabytes} MB，最多读取 ${f.megabytesMax} MB。请缩小后保存。`,
  ),
  'picture-pixels': entry<{ path: string; megapixels: number; megapixelsMax: number }>(
    false,
    (f) =>
      `The picture ${f.path} has ${f.megapixels} megapixels; at most ${f.megapixelsMax} are read. Save it smaller.`,
    (f) => `图片 ${f.path} 有 ${f.megapixels} 百万像素，最多 ${f.megapixelsMax}。请缩小后保存。`,
  ),
  'picture-format': entry<Path>(
    false,
    (f) => `${f.path} is not a JPG, PNG or WEBP picture, whatever its name says.`,
    (f) => `${f.path} 的内容不是 JPG、PNG 或 WEBP 图片（与扩展名无关）。`,
  ),
  'picture-broken': entry<PathReason>(
    false,
    (f) =>
      `The picture ${f.path} cannot be read (${f.detail['en-US']}). Open it to see whether it is damaged, and save it again.`,
    (f) => `图片 ${f.path} 无法读取（${f.detail['zh-CN']}）。请打开检查是否损坏，并重新保存。`,
  ),
  'pictures-too-many': entry<{ count: number; countMax: number }>(
    false,
    (f) => `This row names ${f.count} pictures; at most ${f.countMax} are looked at together.`,
    (f) => `这一行有 ${f.count} 张图片，最多同时查看 ${f.countMax} 张。`,
  ),
};
